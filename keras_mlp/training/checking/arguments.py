"""Arguments that cannot be right: known before anything is computed."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.errors import InputError
from keras_mlp.validation import check_positive_integer


def check_compiled(model: keras.Model, method: str) -> None:
    """Checks that a model was compiled.

    Args:
        model: The model.
        method: Name of the method that was called.

    Raises:
        ValueError: If it was not, as in Keras.
    """
    if not model.compiled:
        raise ValueError(
            f"You must call `compile()` before calling `{method}()`. Received: model "
            f"'{model.name}', which has no loss yet. Call for example "
            '`model.compile(optimizer="adam", loss="mse")`.'
        )


def check_arguments(x: Any, y: Any, sample_weight: Any, batch_size: Any) -> None:
    """Raises an error for lists of numbers, and sizes of batches that are none.

    Args:
        x: Inputs, as `keras.Model.fit` takes them.
        y: Targets.
        sample_weight: Weights of examples.
        batch_size: Examples in a batch of arrays, or `None`.
    """
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        leaves = keras.tree.flatten(part)
        if leaves and all(isinstance(leaf, (bool, int, float, str)) for leaf in leaves):
            raise InputError(
                f"Argument `{name}` must be an array, a tensor or a data set. "
                f"Received: Python numbers or text in a {type(part).__name__}. Convert "
                "it with `np.asarray`."
            )
    if batch_size is not None:
        try:
            check_positive_integer("batch_size", batch_size)
        except ValueError as error:
            raise InputError(str(error)) from None


def check_lengths(x: Any, y: Any, sample_weight: Any) -> None:
    """Raises an error if arrays are empty or differ in their number of examples.

    Args:
        x: Inputs: arrays, in any structure.
        y: Targets.
        sample_weight: Weights of examples.
    """
    lengths: dict[str, int] = {}
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for leaf in keras.tree.flatten(part):
            shape = getattr(leaf, "shape", None)
            if shape is None or not len(shape) or not isinstance(shape[0], int):
                continue
            if not shape[0]:
                raise InputError(
                    f"Argument `{name}` must hold at least one example. Received: an "
                    f"array of the shape {tuple(shape)}. Check what selects the "
                    "examples."
                )
            if lengths and shape[0] not in lengths.values():
                [(other, length)] = lengths.items()
                raise InputError(
                    f"Arguments `{other}` and `{name}` must hold the same number of "
                    f"examples. Received: {length} and {shape[0]}. Select both by the "
                    "same rows."
                )
            lengths = lengths or {name: shape[0]}


def check_numbers(x: Any, y: Any, sample_weight: Any) -> None:
    """Raises an error for what holds no numbers, or only one.

    Args:
        x: Inputs: arrays or their specs, in any structure. Text and complex numbers are
            left to `output_of`: there are models that take them.
        y: Targets.
        sample_weight: Weights of examples.
    """
    if x is None:
        raise InputError(
            "Argument `x` must hold the inputs. Received: None. Pass an array, a "
            "tensor or a data set."
        )
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for leaf in keras.tree.flatten(part):
            dtype = getattr(leaf, "dtype", None)
            kind = getattr(dtype, "kind", None)
            if isinstance(leaf, (np.ndarray, np.generic)) and not leaf.ndim:
                raise InputError(
                    f"Argument `{name}` must have an axis for the examples. Received: "
                    "a single value. Pass an array with a row for each example."
                )
            if kind in ("M", "m"):
                raise no_numbers(name, "dates or times")
            if name != "x" and (kind == "c" or getattr(dtype, "is_complex", False)):
                raise no_numbers(name, "complex numbers")
            text = kind in ("U", "S") or dtype == tf.string
            if isinstance(leaf, np.ndarray) and kind == "O":
                text = all(isinstance(value, (str, bytes)) for value in leaf.flat)
                if not text:
                    raise no_numbers(name, "an array of objects")
            if text and name != "x":
                raise no_numbers(name, "text")


def check_fraction(split: Any) -> None:
    """Raises an error if `validation_split` is no fraction.

    Args:
        split: The fraction to hold out.
    """
    if isinstance(split, (int, float, np.number)) and np.isfinite(split):
        return
    raise InputError(
        "Argument `validation_split` must be a number from 0 up to, but not including, "
        f"1. Received: validation_split={split!r}. Pass for example 0.2, or "
        "`validation_data`."
    )


def check_split(kept: int | None, held_out: int | None, split: float) -> None:
    """Raises an error if `validation_split` leaves nothing on one side.

    Args:
        kept: Number of examples for training, `None` where nobody knows.
        held_out: Number of examples for validation.
        split: The fraction that is held out.
    """
    if kept is None or held_out is None or (kept > 0 and held_out > 0):
        return
    raise InputError(
        "Argument `validation_split` must leave examples for training and for "
        f"validation. Received: validation_split={split}, which leaves {kept} and "
        f"{held_out}. Choose another fraction, or pass `validation_data`."
    )


def no_data(name: str = "x") -> InputError:
    """Returns the error for a data set without a batch, or a batch without examples.

    Args:
        name: The argument. Defaults to `"x"`.
    """
    return InputError(
        f"Argument `{name}` must be data with at least one batch, and each batch must "
        "hold at least one example. Received: none. Check what filters, takes or "
        "skips elements of the data set."
    )


def no_numbers(name: str, received: str) -> InputError:
    """Returns the error for what holds no numbers.

    Args:
        name: The argument.
        received: What it holds.
    """
    return InputError(
        f"Argument `{name}` must hold numbers. Received: {received}. Convert it, such "
        'as with `array.astype("float32")`; number classes with '
        "`np.unique(labels, return_inverse=True)`."
    )
