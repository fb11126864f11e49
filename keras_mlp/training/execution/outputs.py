"""Outputs of several batches, as those of one."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def concatenated(outputs: Sequence[Any]) -> Any:
    """Returns outputs joined along the first axis, as `keras.Model.predict` has them.

    Args:
        outputs: The outputs of each batch: tensors, in one structure. Scalars become a
            vector; where other axes differ in their sizes, the result is ragged.
    """
    if len(outputs) == 1:
        return outputs[0]
    return tf.nest.map_structure(lambda *parts: _concatenated(parts), *outputs)


def to_numpy(outputs: Any) -> Any:
    """Returns outputs as arrays; ragged and sparse ones stay tensors.

    Args:
        outputs: Tensors, in any structure.
    """
    return tf.nest.map_structure(
        lambda leaf: leaf.numpy() if isinstance(leaf, tf.Tensor) else leaf, outputs
    )


def as_floats(logs: Any) -> dict[str, Any]:
    """Returns logs as Python's numbers, nested ones beside the others.

    Args:
        logs: A dictionary of scalar tensors, or of dictionaries of these.
    """
    found: dict[str, Any] = {}
    for name, value in (logs or {}).items():
        if isinstance(value, dict):
            found.update(as_floats(value))
            continue
        try:
            found[name] = float(value)
        except (TypeError, ValueError):
            # It has several numbers, or is none: left as it is, as in Keras.
            found[name] = value
    return dict(sorted(found.items())) if found else {}


def loss_is_finite(logs: Any) -> bool:
    """Returns whether the loss of a step is finite; where there is none, it is.

    Args:
        logs: What the step has returned.
    """
    loss = logs.get("loss") if isinstance(logs, dict) else None
    return loss is None or bool(np.all(np.isfinite(loss)))


def epoch_logs(model: keras.Model, logs: Any, replicated: bool) -> dict[str, Any]:
    """Returns the metrics of an epoch, or what a step of one's own has returned.

    Args:
        model: The model.
        logs: What the last step has returned.
        replicated: Whether these are of several replicas, so that they are reduced.
    """
    if replicated and logs:
        return as_floats(logs)
    if not loss_is_finite(logs):
        # The metrics may have been put back to a state of before.
        return dict(logs)
    results = model.get_metrics_result()
    same = isinstance(logs, dict) and logs.keys() == results.keys()
    return dict(results if same else logs)


def in_order(logs: dict[str, Any], model: keras.Model) -> Any:
    """Returns logs as a list, in the order of the model's metrics, or as one number.

    As in Keras, a name that two metrics share comes twice.

    Args:
        logs: Numbers by their names.
        model: The model.
    """
    names: list[str] = []
    for metric in model.metrics:
        # What `compile` was given is in one metric that holds them.
        names += [part.name for part in getattr(metric, "metrics", [metric])]
    values = [logs[name] for name in names if name in logs]
    values += [logs[name] for name in sorted(logs.keys() - set(names))]
    return values[0] if len(values) == 1 else values


def _concatenated(parts: Sequence[Any]) -> Any:
    first = parts[0]
    if isinstance(first, tf.SparseTensor):
        return tf.sparse.concat(axis=0, sp_inputs=parts)
    if any(isinstance(part, tf.RaggedTensor) for part in parts):
        return tf.concat(parts, axis=0)
    if first.shape.rank == 0:
        return tf.stack(parts)
    sizes = zip(*(part.shape for part in parts), strict=True)
    differing = [
        axis for axis, found in enumerate(sizes) if axis and len(set(found)) > 1
    ]
    if not differing:
        return tf.concat(parts, axis=0)
    # Batches that were padded to sizes of their own.
    rank = differing[-1]
    return tf.concat(
        [tf.RaggedTensor.from_tensor(part, ragged_rank=rank) for part in parts], axis=0
    )
