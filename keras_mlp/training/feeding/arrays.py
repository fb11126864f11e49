"""Arrays: how many examples they hold, cutting them, and the only batch of few."""

import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class OneBatch:
    """The batch that arrays fit, in place of a data set of Keras that yields it.

    To make that takes ten times as long as a small network takes to predict.

    Args:
        arrays: Arrays or tensors of numbers, in any structure.
        batch_size: Examples in a batch: at least as many as there are.
    """

    def __init__(self, arrays: Any, batch_size: int) -> None:
        self._batch = keras.tree.lists_to_tuples(
            keras.tree.map_structure(as_tensor, arrays)
        )
        # Of a batch that is not full, Keras' data set does not know the size.
        self.element_spec = tf.nest.map_structure(
            lambda leaf: tf.TensorSpec(
                (batch_size if len(leaf) == batch_size else None, *leaf.shape[1:]),
                leaf.dtype,
            ),
            self._batch,
        )

    def __iter__(self) -> Iterator[Any]:
        return iter([self._batch])


# Bytes of an array from which on it is worth while to avoid a copy.
_LARGE = 2**20

# Tensors begin at multiples of so many bytes.
_ALIGNMENT = 64


def count_examples(x: Any) -> int | None:
    """Returns the number of examples of arrays, `None` where nobody knows.

    Args:
        x: The argument `x` of `fit`.
    """
    leaves = [leaf for leaf in keras.tree.flatten(x) if hasattr(leaf, "shape")]
    return leaves[0].shape[0] if leaves and leaves[0].shape else None


def is_loaded(x: Any) -> bool:
    """Returns whether data are what `keras_mlp.data.load` has returned.

    Args:
        x: The argument `x` of `fit`.
    """
    return isinstance(x, tf.data.Dataset) and hasattr(x, "deferred")


def is_resident(x: Any) -> bool:
    """Returns whether data hold the rows of all examples in memory, as tensors.

    Args:
        x: The argument `x` of `fit`.
    """
    return getattr(x, "resident", None) is not None


def is_plain_array(leaf: Any) -> bool:
    """Returns whether something is an array, or a tensor, of numbers with an axis."""
    if not isinstance(leaf, (np.ndarray, tf.Tensor)) or not leaf.shape:
        return False
    dtype = np.dtype(getattr(leaf.dtype, "as_numpy_dtype", leaf.dtype))
    return dtype.kind in "fiub"


def as_numpy(structure: Any) -> Any:
    """Returns tensors and data frames as arrays of NumPy, and all else as it is.

    Args:
        structure: Any structure.
    """

    def convert(leaf: Any) -> Any:
        if isinstance(leaf, tf.Tensor):
            halves = leaf.dtype == tf.bfloat16
            return (tf.cast(leaf, tf.float32) if halves else leaf).numpy()
        return leaf.to_numpy() if hasattr(leaf, "to_numpy") else leaf

    return keras.tree.map_structure(convert, structure)


def as_tensor(values: Any) -> tf.Tensor:
    """Returns an array as a tensor in the host's memory, with floats as Keras has them.

    TensorFlow copies a large array twice, to pages that it has to ask for. Here it is
    copied once, to where a tensor may begin, and handed over.

    Args:
        values: An array, or a tensor, of numbers.
    """
    kind = tf.as_dtype(values.dtype)
    if kind.is_floating:
        kind = tf.as_dtype(keras.config.floatx())
    dtype = np.dtype(kind.as_numpy_dtype)
    is_large = isinstance(values, np.ndarray) and values.nbytes >= _LARGE
    if not is_large or dtype.kind not in "fiub":
        with tf.device("CPU:0"):
            return tf.cast(values, kind)
    size = values.size * dtype.itemsize
    room = np.empty(size + _ALIGNMENT, np.uint8)
    begin = -room.ctypes.data % _ALIGNMENT
    copy = room[begin : begin + size].view(dtype).reshape(values.shape)
    with np.errstate(over="ignore"):
        # What the dtype cannot hold becomes infinite, and is named where that matters.
        np.copyto(copy, values, casting="unsafe")
    return tf.experimental.dlpack.from_dlpack(copy.__dlpack__())


def split_arrays(arrays: Any, held_out: float) -> tuple[Any, Any]:
    """Returns the first examples of arrays, and the last ones.

    Args:
        arrays: Arrays, in any structure.
        held_out: Fraction of the examples that are among the last.

    Raises:
        ValueError: If there is something that cannot be cut.
    """
    leaves = [leaf for leaf in keras.tree.flatten(arrays) if leaf is not None]
    wrong = [type(leaf) for leaf in leaves if not _can_be_cut(leaf)]
    if wrong:
        raise ValueError(
            "Argument `validation_split` needs arrays or tensors, whose last examples "
            f"it holds out. Received: {wrong}. Pass `validation_data` instead."
        )
    if not leaves:
        return arrays, arrays
    count = leaves[0].shape[0]
    kept = math.floor(count * (1.0 - held_out))
    return (
        keras.tree.map_structure(lambda leaf: _rows(leaf, 0, kept), arrays),
        keras.tree.map_structure(lambda leaf: _rows(leaf, kept, count), arrays),
    )


def _can_be_cut(leaf: Any) -> bool:
    return hasattr(leaf, "shape") and not isinstance(leaf, tf.data.Dataset)


def _rows(leaf: Any, begin: int, end: int) -> Any:
    if leaf is None:
        return None
    if isinstance(leaf, tf.SparseTensor):
        others = leaf.shape[1:]
        return tf.sparse.slice(
            leaf, [begin, *[0] * len(others)], [end - begin, *others]
        )
    # Of a data frame, by their place and not by their label.
    return getattr(leaf, "iloc", leaf)[begin:end]
