"""What a model answers: the probability of each class, or numbers."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import as_tensors
from keras_mlp.data.tasks import TASKS
from keras_mlp.export.logits import gives_logits
from keras_mlp.report.arrays import invalid
from keras_mlp.report.evaluation.examples import Examples

_BATCH_SIZE = 1024


def outputs_of(model: Any, examples: Examples) -> np.ndarray:
    """Returns a model's outputs for all examples, `[n, outputs]`."""
    inputs = examples.inputs
    if isinstance(inputs, dict):
        # Not arrays: Keras takes no array of texts.
        columns = as_tensors(inputs)
        batches = tf.data.Dataset.from_tensor_slices(columns).batch(_BATCH_SIZE)
        outputs = model.predict(batches, verbose=0)
    else:
        outputs = model.predict(inputs, batch_size=_BATCH_SIZE, verbose=0)
    outputs = np.asarray(outputs)
    if outputs.ndim == 1:
        outputs = outputs[:, np.newaxis]
    if outputs.ndim != 2 or len(outputs) != len(examples):
        raise invalid(
            "model",
            f"give one row of outputs per example, {len(examples)} in all",
            f"outputs of shape {outputs.shape}",
            "Pass a model that classifies, or that predicts numbers.",
        )
    return outputs


def task_of(
    task: str | None,
    data: Any,
    model: Any,
    targets: np.ndarray,
    num_outputs: int,
    class_names: Sequence[str] | None,
) -> str:
    """Returns "classification" or "regression": as given, or as everything says."""
    task = task or getattr(data, "task", None)
    if task is not None:
        if task not in TASKS:
            raise invalid(
                "task",
                f"be one of {', '.join(map(repr, TASKS))}",
                repr(task),
                "Pass one of them.",
            )
        return task
    loss = getattr(model, "loss", None)
    name = loss if isinstance(loss, str) else getattr(loss, "name", None)
    name = str(name or getattr(loss, "__name__", ""))
    whole = targets.ndim == 1 and np.issubdtype(targets.dtype, np.integer)
    classifies = (
        class_names is not None
        or callable(getattr(model, "from_logits", None))
        or "crossentropy" in name
        or targets.dtype.kind in "OSU"
        or (whole and num_outputs > 1)
    )
    return "classification" if classifies else "regression"


def are_probabilities(outputs: np.ndarray) -> bool:
    """Returns whether outputs look like the probabilities of classes.

    Args:
        outputs: `[n, classes]`, or `[n, 1]` for the probability of the second of two.
    """
    within = bool(((outputs >= 0) & (outputs <= 1)).all())
    if outputs.shape[1] == 1:
        return within
    return within and np.allclose(outputs.sum(axis=1), 1, atol=1e-3)


def are_logits(model: Any, outputs: np.ndarray, from_logits: bool | None) -> bool:
    """Returns whether outputs are logits: as given, as the model says, as they look.

    Raises:
        ValueError: If they are no probabilities and nothing says what they are.
    """
    if from_logits is not None:
        return from_logits
    if isinstance(model, keras.Model):
        try:
            return gives_logits(model)
        except ValueError:
            if are_probabilities(outputs):
                return False
            raise
    if callable(getattr(model, "from_logits", None)):
        return bool(model.from_logits())
    if are_probabilities(outputs):
        return False
    raise invalid(
        "from_logits",
        "say whether the outputs of the model are logits",
        f"from_logits=None, and outputs from {outputs.min():.4g} to "
        f"{outputs.max():.4g}",
        "Pass True for logits.",
    )


def labels_of(
    targets: np.ndarray, num_classes: int, class_names: Sequence[str] | None
) -> np.ndarray:
    """Returns the true class of each example as a number, `[n]`.

    Args:
        targets: Numbers of classes, `[n]` or `[n, 1]`, their one-hot rows, or names.
        num_classes: Number of classes.
        class_names: The names of the classes, in order.

    Raises:
        ValueError: If a target is no class.
    """
    if targets.ndim == 2 and targets.shape[1] == num_classes > 1:
        return targets.argmax(axis=1)
    flat = targets.reshape(-1) if targets.size == len(targets) else targets
    if flat.dtype.kind in "OSU":
        return _places(flat, class_names)
    labels = flat.astype("int64")
    right = flat.ndim == 1 and np.array_equal(labels, flat)
    if not right or not 0 <= labels.min() <= labels.max() < num_classes:
        raise invalid(
            "data",
            f"hold classes as numbers from 0 to {num_classes - 1}, one-hot or by name",
            f"targets of shape {targets.shape}"
            + (f" from {labels.min()} to {labels.max()}" if right else ""),
            "Pass the data that the model was trained for.",
        )
    return labels


def _places(names: np.ndarray, class_names: Sequence[str] | None) -> np.ndarray:
    texts = [name.decode() if isinstance(name, bytes) else str(name) for name in names]
    order = {str(name): place for place, name in enumerate(class_names or ())}
    unknown = sorted(set(texts) - set(order))
    if unknown:
        raise invalid(
            "class_names",
            "name every class of the targets",
            f"{class_names!r}, and the target {unknown[0]!r}",
            "Pass the names in the order of the model's outputs.",
        )
    return np.array([order[text] for text in texts], dtype="int64")
