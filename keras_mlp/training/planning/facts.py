"""What is known of a call before its first step."""

import dataclasses
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.call import Call
from keras_mlp.training.feeding.arrays import (
    count_examples,
    is_loaded,
    is_plain_array,
    is_resident,
)
from keras_mlp.training.planning.limits import LIMITS, kind_of_device
from keras_mlp.training.planning.listening import each_callback, hears_later, listens
from keras_mlp.training.planning.rules import DEFAULT_BATCH_SIZE
from keras_mlp.training.planning.settings import Settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a call before its first step: a plan follows from it.

    Args:
        phase: `"train"`, `"test"` or `"predict"`.
        settings: What the model was compiled with.
        batches: Number of batches in an epoch, `None` where nobody knows.
        epochs: Number of epochs.
        source: `"arrays"`, `"data.load"`, `"data set"` or `"Python"`, for what yields
            batches in Python.
        batch_size: Examples in a batch, `None` where that does not show.
        example_bytes: Bytes of an example, 0 where that does not show.
        all_full: Whether all batches have one size; `None` where they cannot be cut
            from larger elements.
        resident: Whether the rows of all examples are tensors in memory, or become
            such, so that programs can choose those of a batch.
        parameters: Number of the model's weights, 0 where it is not built.
        listening: Whether a callback does something at each batch.
        terminates: Whether a `TerminateOnNaN` is among the callbacks.
        replicas: Number of replicas of the strategy, 0 without one.
        eager: Whether steps run without a graph.
        jit_compile: Whether the model compiles single steps with XLA.
        suits_xla: Whether all layers can be compiled, and none computes in halves.
        hears_later: Whether callbacks and validation allow that several epochs are
            taken before they hear of the first.
        steps_before: Number of steps that calls before have asked for, since `compile`.
        operations: The operations of a step, `None` where nobody has looked yet.
        device: The kind of device that takes the steps: `"CPU"` or `"GPU"`.
    """

    phase: str
    settings: Settings = dataclasses.field(default_factory=Settings)
    batches: int | None = None
    epochs: int = 1
    source: str = "data set"
    batch_size: int | None = None
    example_bytes: int = 0
    all_full: bool | None = None
    resident: bool = False
    hears_later: bool = False
    steps_before: int = 0
    parameters: int = 0
    listening: bool = False
    terminates: bool = False
    replicas: int = 0
    eager: bool = False
    jit_compile: bool = False
    suits_xla: bool = True
    operations: frozenset[str] | None = None
    device: str = "CPU"


def facts_of(
    model: keras.Model,
    call: Call,
    settings: Settings,
    strategy: tf.distribute.Strategy | None,
    steps_before: int = 0,
) -> Facts:
    """Returns what is known of a call.

    Args:
        model: The model, built if that is possible.
        call: The call.
        settings: What the model was compiled with.
        strategy: On whose replicas steps are taken, if on any.
        steps_before: Number of steps that calls before have asked for.
    """
    source = _source(call.x)
    batch_size, example_bytes = _examples(call)
    all_full = _all_full(call, source)
    return Facts(
        phase=call.phase,
        settings=settings,
        batches=call.batches,
        epochs=call.epochs,
        source=source,
        batch_size=batch_size,
        example_bytes=example_bytes,
        all_full=all_full,
        resident=all_full is not None and _resident(call, source, example_bytes),
        hears_later=hears_later(call.callbacks)
        and _can_be_repeated(call.validation, call)
        and all(map(_is_known, model.metrics)),
        steps_before=steps_before,
        parameters=model.count_params() if model.built else 0,
        listening=listens(call.callbacks, call.phase),
        terminates=any(
            isinstance(callback, keras.callbacks.TerminateOnNaN)
            for callback in each_callback(call.callbacks)
        ),
        replicas=strategy.num_replicas_in_sync if strategy is not None else 0,
        eager=model.run_eagerly,
        jit_compile=bool(model.jit_compile),
        suits_xla=_suits_xla(model),
        device=kind_of_device(),
    )


def _can_be_repeated(validation: Call | None, call: Call) -> bool:
    """Returns whether a validation, if there is one, has the same batches each time."""
    if validation is None:
        return True
    if call.validation_freq != 1 or not validation.whole_epochs:
        return False
    source = _source(validation.x)
    if source == "data.load":
        if not is_resident(validation.x) or validation.x.shuffled:
            return False
        size = validation.x.batch_size * len(validation.x)
    else:
        size = count_examples(validation.x) or 0
        if _all_full(validation, source) is None:
            return False
    _, example_bytes = _examples(validation)
    return size * example_bytes <= LIMITS[kind_of_device()].most_bytes


def _is_known(metric: keras.metrics.Metric) -> bool:
    """Returns whether a metric, and all that it holds, begins anew in a graph too."""
    parts = getattr(metric, "metrics", [])
    ours = type(metric).__module__.split(".")[0] in ("keras", "keras_mlp")
    return ours and all(map(_is_known, parts))


def _suits_xla(layer: keras.layers.Layer) -> bool:
    if layer.compute_dtype in ("bfloat16", "float16"):
        return False
    # What a layer does with some inputs and not with others, and its own layers with
    # it, shows in the operations.
    if getattr(layer, "jit_depends_on_inputs", False):
        return True
    parts = layer._flatten_layers(include_self=False, recursive=False)
    return layer.supports_jit and all(map(_suits_xla, parts))


def _source(x: Any) -> str:
    if is_loaded(x):
        return "data.load"
    if isinstance(x, tf.data.Dataset):
        return "data set"
    return "Python" if count_examples(x) is None else "arrays"


def _all_full(call: Call, source: str) -> bool | None:
    """Returns whether all batches have one size, `None` if none can be cut."""
    if not call.whole_epochs:
        return None
    if source == "data.load":
        return tf.nest.flatten(call.x.element_spec)[0].shape[0] is not None
    if source != "arrays" or call.shuffle == "batch":
        return None
    if call.sample_weight is not None and call.y is None:
        return None
    given = [p for p in (call.x, call.y, call.sample_weight) if p is not None]
    count = count_examples(call.x)
    if not count or not all(is_plain_array(leaf) for leaf in keras.tree.flatten(given)):
        return None
    return count % (call.batch_size or DEFAULT_BATCH_SIZE) == 0


def _resident(call: Call, source: str, example_bytes: int) -> bool:
    """Returns whether programs may choose rows of data that are in memory."""
    if call.phase != "train" or call.class_weight is not None:
        return False
    if source == "data.load":
        return is_resident(call.x)
    # Keras gives each of several outputs the weights of examples.
    if call.sample_weight is not None and keras.tree.is_nested(call.y):
        return False
    count, most = count_examples(call.x) or 0, LIMITS[kind_of_device()].resident_bytes
    return source == "arrays" and count * example_bytes <= most


def _examples(call: Call) -> tuple[int | None, int]:
    """Returns the examples in a batch and the bytes of one, as far as they show."""
    if isinstance(call.x, tf.data.Dataset):
        specs = [
            spec
            for spec in tf.nest.flatten(call.x.element_spec)
            if isinstance(spec, tf.TensorSpec) and spec.shape.rank
        ]
        if is_loaded(call.x):
            # Pixels are bytes until a step prepares them.
            are_bytes = getattr(call.x.preprocess, "takes_bytes", False)
            return call.x.batch_size, sum(
                (spec.shape[1:].num_elements() or 1)
                * (1 if are_bytes else spec.dtype.size)
                for spec in specs
            )
        rows = next((spec.shape[0] for spec in specs if spec.shape[0]), None)
        shapes = [(spec.shape[1:].num_elements(), spec.dtype.size) for spec in specs]
        return rows, sum((number or 1) * size for number, size in shapes)
    if count_examples(call.x) is None:
        return None, 0
    leaves = [leaf for leaf in keras.tree.flatten(call.x) if hasattr(leaf, "nbytes")]
    return call.batch_size or DEFAULT_BATCH_SIZE, sum(
        leaf.nbytes // max(1, len(leaf)) for leaf in leaves
    )
