"""The examples that a model is reported on: columns or images, with their targets."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import holds_columns, raw_columns
from keras_mlp.report.arrays import check_same_length, invalid

Inputs = np.ndarray | dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Examples:
    """What a model is given, and what its answers are compared with.

    Args:
        inputs: Arrays by column, each `[n]`, or one array, `[n, ...]`.
        targets: `[n]`, `[n, 1]` or `[n, outputs]`.
        column_names: The name of each column; none where the inputs are no table.
        image_shape: The shape of an example as an image; `None` where it is none.
    """

    inputs: Inputs
    targets: np.ndarray
    column_names: tuple[str, ...] = ()
    image_shape: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def column(self, name: str) -> np.ndarray:
        """Returns the values of a column, `[n]`."""
        if isinstance(self.inputs, dict):
            return self.inputs[name]
        return self.inputs[:, self.column_names.index(name)]

    def take(self, places: np.ndarray) -> "Examples":
        """Returns the examples at some places, in their order."""
        inputs: Inputs
        if isinstance(self.inputs, dict):
            inputs = {name: values[places] for name, values in self.inputs.items()}
        else:
            inputs = self.inputs[places]
        return dataclasses.replace(self, inputs=inputs, targets=self.targets[places])

    def with_column(self, name: str, values: np.ndarray) -> "Examples":
        """Returns the examples with other values in one column."""
        inputs: Inputs
        if isinstance(self.inputs, dict):
            inputs = {**self.inputs, name: values.astype(self.inputs[name].dtype)}
        else:
            inputs = self.inputs.copy()
            inputs[:, self.column_names.index(name)] = values
        return dataclasses.replace(self, inputs=inputs)

    def images(self) -> np.ndarray:
        """Returns the inputs as images, `[n, height, width, ...]`."""
        assert isinstance(self.inputs, np.ndarray)
        assert self.image_shape is not None
        return self.inputs.reshape(len(self), *self.image_shape)


def examples_of(
    data: Any,
    column_names: Sequence[str] | None = None,
    image_shape: Sequence[int] | None = None,
) -> Examples:
    """Reads the argument `data` of `write`.

    Args:
        data: A `tf.data.Dataset` of `(x, y)` batches, or a tuple `(x, y)`.
        column_names: The names of the columns of a two-dimensional `x`. Defaults to
            "column 0" and so on.
        image_shape: `(height, width)` or `(height, width, channels)` of images that
            are rows of numbers.

    Raises:
        ValueError: If data, names and shape do not fit together.
    """
    x, y = _read(data)
    targets = np.asarray(y)
    if holds_columns(x):
        columns = raw_columns(x)
        examples = Examples(columns, targets, tuple(columns))
        rows = len(next(iter(columns.values())))
    else:
        array = np.asarray(x)
        rows = len(array) if array.ndim else 0
        examples = _of_array(array, targets, column_names, image_shape)
    if rows == 0:
        raise invalid("data", "hold examples", "none", "Pass at least one.")
    check_same_length(
        rows, "example of `x`", "Pass inputs and targets together.", y=targets
    )
    return examples


def _read(data: Any) -> tuple[Any, Any]:
    if isinstance(data, tuple) and len(data) == 2:
        return data
    if not isinstance(data, tf.data.Dataset):
        raise invalid(
            "data",
            "be a `tf.data.Dataset` of `(x, y)` batches or a tuple `(x, y)`",
            repr(type(data)),
            "Pass for example `(x_test, y_test)`.",
        )
    if data.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise invalid(
            "data", "end", "an endless data set", "Pass for example `data.take(100)`."
        )
    # Sample weights, a third part, are left aside.
    batches = [element[:2] for element in data if isinstance(element, tuple)]
    if not batches or any(len(batch) < 2 for batch in batches):
        raise invalid(
            "data",
            "hold at least one batch of inputs with targets",
            f"{data.element_spec}",
            "Pass a data set of `(x, y)` batches.",
        )
    inputs, targets = zip(*batches, strict=True)
    if isinstance(inputs[0], dict):
        return {
            name: _joined([batch[name] for batch in inputs]) for name in inputs[0]
        }, _joined(targets)
    return _joined(inputs), _joined(targets)


def _joined(batches: Sequence[Any]) -> np.ndarray:
    return np.concatenate([np.asarray(batch) for batch in batches])


def _of_array(
    array: np.ndarray,
    targets: np.ndarray,
    column_names: Sequence[str] | None,
    image_shape: Sequence[int] | None,
) -> Examples:
    if image_shape is None and array.ndim in (3, 4):
        image_shape = array.shape[1:]
    if image_shape is not None:
        if array[:1].size != np.prod(image_shape):
            raise invalid(
                "image_shape",
                f"have as many pixels as an example, {array[:1].size}",
                repr(tuple(image_shape)),
                "Pass for example (28, 28).",
            )
        return Examples(array, targets, image_shape=tuple(image_shape))
    if array.ndim != 2:
        raise invalid(
            "data",
            "hold columns by name, rows of numbers `[n, columns]` or images "
            "`[n, height, width]` or `[n, height, width, channels]`",
            f"inputs of shape {array.shape}",
            "Reshape the inputs.",
        )
    width = array.shape[1]
    names = column_names or [f"column {place}" for place in range(width)]
    check_same_length(
        width, "column", "Name every column once.", column_names=list(names)
    )
    return Examples(array, targets, tuple(map(str, names)))
