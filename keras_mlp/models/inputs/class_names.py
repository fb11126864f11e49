"""Names of classes as the numbers that a loss takes."""

from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.training.errors import InputError


def numbered(
    x: Any, y: Any, class_names: list[str] | None, as_logit: bool = False
) -> tuple[Any, Any]:
    """Returns inputs and targets, in which names of classes became their numbers.

    Targets that are no text are left as they are.

    Args:
        x: Inputs, or a data set of inputs and targets.
        y: Targets, `None` beside a data set.
        class_names: Name of each class, in the order of the numbers.
        as_logit: Whether the loss takes 0 and 1 as floats, for a single output.

    Raises:
        InputError: If a target names no class.
    """
    dtype = "float32" if as_logit else "int64"
    if y is None and isinstance(x, tf.data.Dataset):
        spec = x.element_spec
        if isinstance(spec, tuple) and len(spec) > 1 and _is_text(spec[1]):
            return x.map(_numbering(class_names, dtype), tf.data.AUTOTUNE), None
        return x, None
    if y is None:
        return x, None
    names = np.asarray(y)
    if names.dtype.kind not in "UTSO" or (
        # One that is missing is none of the names.
        names.dtype.kind == "O" and not any(map(_is_name, names.ravel()))
    ):
        return x, y
    numbers = {name: number for number, name in enumerate(_known(class_names))}
    texts = [v.decode() if isinstance(v, bytes) else v for v in names.ravel().tolist()]
    for row, text in enumerate(texts):
        if not isinstance(text, str) or text not in numbers:
            raise InputError(
                f"Argument `y` must hold the names of classes, {_known(class_names)}. "
                f"Received: {text!r} in row {row}. Leave such rows out, or name the "
                "class."
            )
    found = np.array([numbers[text] for text in texts], dtype)
    return x, found.reshape(names.shape)


def _is_name(target: Any) -> bool:
    return isinstance(target, (str, bytes))


def _is_text(spec: Any) -> bool:
    return isinstance(spec, tf.TensorSpec) and spec.dtype == tf.string


def _known(class_names: list[str] | None) -> list[str]:
    if class_names is None:
        raise InputError(
            "Argument `y` holds names of classes, which the model does not know. "
            "Received: class_names=None. Make the model with `class_names`, such as "
            "`class_names=sorted(set(y))`."
        )
    return class_names


def _numbering(class_names: list[str] | None, dtype: str) -> Any:
    names = tf.constant(_known(class_names))

    @tf.autograph.experimental.do_not_convert
    def number(x: Any, y: Any, *weights: Any) -> tuple[Any, ...]:
        same = tf.equal(y[..., tf.newaxis], names)
        known = tf.reduce_any(same, axis=-1)
        checked = tf.debugging.Assert(
            tf.reduce_all(known),
            [
                "Targets must be names of classes,",
                names,
                ". Received:",
                tf.boolean_mask(y, ~known),
                "in these rows of a batch:",
                tf.where(~known),
                ". Leave such rows out, or name the class.",
            ],
        )
        with tf.control_dependencies([checked]):
            return x, tf.cast(tf.argmax(same, axis=-1), dtype), *weights

    return number
