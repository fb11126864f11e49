"""Shapes and types that cannot be right: known before anything is computed."""

import re
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.keras_internals import compute_output_spec
from keras_mlp.messages import one_line
from keras_mlp.training.errors import InputError
from keras_mlp.training.target_rule import TargetRule
from keras_mlp.validation import check_positive_integer

# How layers and models of Keras say that they take no such input.
_REFUSED = re.compile(
    r"Input [^\n]*incompatible with the layer[^\n]*|Invalid input shape for input[^\n]*"
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
                raise _no_numbers(name, "dates or times")
            if name != "x" and (kind == "c" or getattr(dtype, "is_complex", False)):
                raise _no_numbers(name, "complex numbers")
            text = kind in ("U", "S") or dtype == tf.string
            if isinstance(leaf, np.ndarray) and kind == "O":
                text = all(isinstance(value, (str, bytes)) for value in leaf.flat)
                if not text:
                    raise _no_numbers(name, "an array of objects")
            if text and name != "x":
                raise _no_numbers(name, "text")


def specs_of(arrays: Any) -> Any:
    """Returns shapes and dtypes of batches of arrays, as Keras hands them to models.

    Args:
        arrays: Arrays of NumPy with a first axis, in any structure.
    """

    def spec(array: np.ndarray) -> tf.TensorSpec:
        kind = array.dtype.kind
        dtype = tf.string if kind in "USO" else array.dtype
        dtype = keras.config.floatx() if kind == "f" else dtype
        return tf.TensorSpec((None, *array.shape[1:]), dtype)

    return keras.tree.map_structure(spec, arrays)


def output_of(model: keras.Model, x: Any) -> Any:
    """Returns the symbolic outputs of a model, `None` where they cannot be known.

    Args:
        model: The model. It is built if it is not.
        x: Shapes and dtypes of a batch of inputs.

    Raises:
        InputError: If a layer takes no such inputs.
    """
    leaves = keras.tree.flatten(x)
    if not leaves or not all(
        isinstance(leaf, tf.TensorSpec) and leaf.shape.rank for leaf in leaves
    ):
        return None
    text = any(leaf.dtype == tf.string for leaf in leaves)
    declared = {symbol.dtype for symbol in getattr(model, "inputs", None) or ()}
    if declared and text and "string" not in declared:
        # Keras would try to cast it.
        raise _no_numbers("x", "text")
    real = declared and not any(dtype.startswith("complex") for dtype in declared)
    if real and any(leaf.dtype.is_complex for leaf in leaves):
        # Keras would leave out the imaginary part.
        raise _no_numbers("x", "complex numbers")
    built = all(layer.built for layer in model._flatten_layers())
    symbols = keras.tree.map_structure(
        lambda leaf: keras.KerasTensor(
            (None, *leaf.shape[1:]), keras.backend.standardize_dtype(leaf.dtype)
        ),
        x,
    )
    try:
        return compute_output_spec(model, symbols, training=False)
    except Exception as error:
        if text:
            raise _no_numbers("x", "text") from error
        refused = _REFUSED.search(str(error))
        if built and refused is not None:
            shapes = [tuple(leaf.shape[1:]) for leaf in leaves]
            received = shapes[0] if len(shapes) == 1 else shapes
            raise InputError(
                "Argument `x` must have the features that the model was built for. "
                f"Received: examples of the shape {received} "
                f"({one_line(refused[0])}). Pass the same features as before, or "
                "build a new model."
            ) from error
        # A model that only takes real data, or that Keras finds fault with itself.
        return None


def check_targets(y: Any, target: TargetRule) -> None:
    """Raises an error if targets do not fit the outputs.

    Args:
        y: Shape and dtype of a batch of targets.
        target: What the loss takes.
    """
    if y is None and target.needed:
        raise InputError(
            "Argument `y` must hold the targets that the loss compares the outputs "
            "with. Received: None. Pass targets, or data of `(x, y)`."
        )
    if target.kind is None or target.output is None or not hasattr(y, "shape"):
        return
    if isinstance(y.shape, tf.TensorShape) and y.shape.rank is None:
        return
    given, output = tuple(y.shape)[1:], target.output[1:]
    if None in (*given, *output) or not output:
        return
    classes = output[-1] or 0
    if target.kind == "sparse":
        if given in (output[:-1], (*output[:-1], 1)):
            return
        if given == output:
            raise InputError(
                "Argument `y` must hold numbers of classes, for which the loss is. "
                f"Received: rows of {classes}, as one-hot targets have. Pass "
                "`y.argmax(axis=-1)`, or compile with "
                "`keras.losses.CategoricalCrossentropy`."
            )
    elif target.kind == "categorical" and given != output:
        if classes > 1 and given in (output[:-1], (*output[:-1], 1)):
            raise InputError(
                f"Argument `y` must hold one-hot rows of {classes}, for which the loss "
                f"is. Received: examples of the shape {given}, as numbers of classes "
                f"have. Pass `keras.utils.to_categorical(y, {classes})`, or compile "
                "with `keras.losses.SparseCategoricalCrossentropy`."
            )
    elif given == output or (*given, 1) == output or given == (*output, 1):
        return
    raise InputError(
        "Argument `y` must have the shape of the model's outputs, "
        f"{_expected(target)} for an example. Received: {given}, which would be "
        "broadcast, or cannot be compared with them. Reshape the targets, or give the "
        "model as many outputs."
    )


def check_fraction(split: Any) -> None:
    """Raises an error if `validation_split` is no fraction.

    Args:
        split: The fraction that is to be held out.
    """
    if isinstance(split, (int, float, np.number)) and np.isfinite(split):
        return
    raise InputError(
        "Argument `validation_split` must be a number from 0 up to, but not including, "
        f"1. Received: validation_split={split!r}. Pass such as 0.2, or "
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


def _expected(target: TargetRule) -> tuple[int | None, ...]:
    assert target.output is not None
    return target.output[1:-1] if target.kind == "sparse" else target.output[1:]


def _no_numbers(name: str, received: str) -> InputError:
    return InputError(
        f"Argument `{name}` must hold numbers. Received: {received}. Convert it, such "
        'as with `array.astype("float32")`; number classes with '
        "`np.unique(labels, return_inverse=True)`."
    )
