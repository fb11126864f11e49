"""Shapes that cannot be right: known before anything is computed."""

import re
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.keras_internals import compute_output_spec
from keras_mlp.messages import one_line
from keras_mlp.training.checking.arguments import no_numbers
from keras_mlp.training.checking.target_rule import TargetRule
from keras_mlp.training.errors import InputError

# How layers and models of Keras say that they take no such input.
_REFUSED = re.compile(
    r"Input [^\n]*incompatible with the layer[^\n]*|Invalid input shape for input[^\n]*"
)


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


def declares(model: keras.Model, x: Any) -> bool:
    """Returns whether a Functional model is made for just these inputs.

    Args:
        model: The model.
        x: Shapes and dtypes of a batch of inputs.
    """
    declared = getattr(model, "inputs", None) or []
    given = keras.tree.flatten(x)
    return (
        bool(given)
        and len(declared) == len(given)
        and not isinstance(x, dict)
        and all(
            isinstance(leaf, tf.TensorSpec)
            and tuple(symbol.shape[1:]) == tuple(leaf.shape[1:])
            and symbol.dtype == leaf.dtype.name
            for symbol, leaf in zip(declared, given, strict=True)
        )
    )


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
        raise no_numbers("x", "text")
    real = declared and not any(dtype.startswith("complex") for dtype in declared)
    if real and any(leaf.dtype.is_complex for leaf in leaves):
        # Keras would leave out the imaginary part.
        raise no_numbers("x", "complex numbers")
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
            raise no_numbers("x", "text") from error
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
    if target.kind is None or target.output is None:
        return
    if isinstance(y, Mapping) and target.needed:
        raise InputError(
            "Argument `y` must hold the targets of the only output. Received: a "
            f"dictionary with the keys {sorted(y, key=str)}. Pass what it holds, such "
            "as `y[key]`, or give the model a dictionary of outputs."
        )
    if not hasattr(y, "shape"):
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


def _expected(target: TargetRule) -> tuple[int | None, ...]:
    assert target.output is not None
    return target.output[1:-1] if target.kind == "sparse" else target.output[1:]
