"""How many steps are taken between two looks at the callbacks."""

import functools
import math
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

# A progress bar that moves every 64 steps of a small network moves often enough.
MOST_STEPS = 64

# Steps of large networks are slow by themselves. This much arithmetic takes a fraction
# of a second.
MOST_OPERATIONS = 2e10

# Batches that are handed over together: what a processor's cache holds, or nearly.
MOST_BYTES = 16 * 2**20


# Keras' own, for arrays.
DEFAULT_BATCH_SIZE = 32


def count_batches(
    x: Any, batch_size: int | None, steps: int | None, count: int | None = None
) -> int | None:
    """Returns how many batches there will be, or `None` where nobody knows.

    Args:
        x: What `fit` is given as `x`.
        batch_size: Examples in a batch of arrays. `None` is Keras' default of 32.
        steps: Number of steps that was asked for, if any.
        count: Number of examples of arrays that are used. Defaults to all.
    """
    most = keras.config.max_steps_per_epoch()
    if most:
        # Keras' setting for debugging.
        steps = min(steps or most, most)
    if steps:
        return steps
    if isinstance(x, tf.data.Dataset):
        count = int(x.cardinality())
        return count if count >= 0 else None
    if isinstance(x, keras.utils.PyDataset):
        return x.num_batches
    if count is None:
        count = count_examples(x)
    if count is None:
        return None
    return math.ceil(count / (batch_size or DEFAULT_BATCH_SIZE))


def count_examples(x: Any) -> int | None:
    """Returns the number of examples of arrays, `None` where nobody knows.

    Args:
        x: What `fit` is given as `x`.
    """
    leaves = [leaf for leaf in keras.tree.flatten(x) if hasattr(leaf, "shape")]
    return leaves[0].shape[0] if leaves and leaves[0].shape else None


def group_size(
    batches: int | None, x: Any, batch_size: int | None, operations: float
) -> int:
    """Returns how many steps to take at a time.

    Args:
        batches: Number of batches, if it is known.
        x: What `fit` is given as `x`.
        batch_size: Examples in a batch of arrays. `None` is Keras' default of 32.
        operations: Floating-point operations for one example, 0 where nobody knows.
    """
    rows, example_bytes = _examples(x, batch_size)
    most = min(
        MOST_STEPS,
        int(MOST_OPERATIONS / max(1, operations * rows)),
        MOST_BYTES // max(1, example_bytes * rows),
    )
    if not batches:
        return max(1, most)
    most = max(1, most)
    # Groups of one size, so that the last one is not to be filled up.
    for group in range(min(most, batches), most // 2, -1):
        if batches % group == 0:
            return group
    return math.ceil(batches / math.ceil(batches / most))


def wants_every_batch(callbacks: Any, phase: str) -> bool:
    """Returns whether a callback does something at each batch.

    Args:
        callbacks: What `fit` is given as `callbacks`.
        phase: `"train"`, `"test"` or `"predict"`.
    """
    return any(_listens(callback, phase) for callback in _each(callbacks))


def array_batches(x: Any, batch_size: int) -> Any:
    """Returns an array as a data set that is made quickly; other inputs as they are.

    Keras' own takes longer to make than a small network takes to predict 10,000
    examples.

    Args:
        x: Arrays, in any structure.
        batch_size: Examples in a batch.
    """
    if not isinstance(x, (np.ndarray, tf.Tensor)):
        return x
    kind = np.dtype(getattr(x.dtype, "as_numpy_dtype", x.dtype)).kind
    if kind not in "fiub":
        return x
    with tf.device("CPU:0"):
        if kind == "f":
            # As Keras does with arrays.
            x = keras.ops.cast(x, keras.config.floatx())
        full = x.shape[0] // batch_size
        parts = []
        if full:
            whole = tf.reshape(x[: full * batch_size], (full, batch_size, *x.shape[1:]))
            parts.append(tf.data.Dataset.from_tensor_slices(whole))
        if x.shape[0] > full * batch_size:
            parts.append(tf.data.Dataset.from_tensors(x[full * batch_size :]))
    return functools.reduce(tf.data.Dataset.concatenate, parts)


def _examples(x: Any, batch_size: int | None) -> tuple[int, int]:
    """Returns the examples in a batch and the bytes of one, as far as they show."""
    if isinstance(x, tf.data.Dataset):
        specs = [
            spec
            for spec in tf.nest.flatten(x.element_spec)
            if isinstance(spec, tf.TensorSpec) and spec.shape.rank
        ]
        rows = next(
            (spec.shape[0] for spec in specs if spec.shape[0]), DEFAULT_BATCH_SIZE
        )
        shapes = [(spec.shape[1:].num_elements(), spec.dtype.size) for spec in specs]
        return rows, sum((number or 1) * size for number, size in shapes)
    leaves = [leaf for leaf in keras.tree.flatten(x) if hasattr(leaf, "nbytes")]
    return batch_size or DEFAULT_BATCH_SIZE, sum(
        leaf.nbytes // max(1, len(leaf)) for leaf in leaves
    )


def _each(callbacks: Any) -> Iterable[keras.callbacks.Callback]:
    return keras.tree.flatten(callbacks) if callbacks else []


def _listens(callback: keras.callbacks.Callback, phase: str) -> bool:
    if isinstance(callback, keras.callbacks.ProgbarLogger):
        return False
    if getattr(callback, "hears_groups", False):
        # As `keras_mlp.callbacks.ExactResume` does.
        return False
    if getattr(callback, "save_freq", None) in ("epoch", False):
        # `ModelCheckpoint` and `BackupAndRestore` look at batches only to count them.
        return False
    hooks = [f"on_{phase}_batch_begin", f"on_{phase}_batch_end"]
    if phase == "train":
        hooks += ["on_batch_begin", "on_batch_end"]
    return any(_is_overridden(callback, hook) for hook in hooks)


def _is_overridden(callback: keras.callbacks.Callback, hook: str) -> bool:
    method = getattr(callback, hook)
    # `LambdaCallback` puts functions, which have no `__func__`, in the methods' place.
    return getattr(method, "__func__", method) is not getattr(
        keras.callbacks.Callback, hook
    )
