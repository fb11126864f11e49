"""Weights of examples and classes that cannot be right."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.training.checking.target_rule import TargetRule
from keras_mlp.training.errors import InputError


def check_weights(sample_weight: Any, target: TargetRule) -> None:
    """Raises an error if weights do not fit the losses of single examples.

    Args:
        sample_weight: Shape and dtype of a batch of weights.
        target: What the loss takes.
    """
    shape = getattr(sample_weight, "shape", None)
    if target.kind is None or target.output is None or shape is None:
        return
    if isinstance(shape, tf.TensorShape) and shape.rank is None:
        return
    given, losses = tuple(shape)[1:], target.output[1:-1]
    if None in (*given, *losses):
        return
    # Keras leaves out an axis of 1 at the end.
    fitting = given[:-1] if given[len(losses) :] == (1,) else given
    if len(fitting) == len(losses) and all(
        size in (1, most) for size, most in zip(fitting, losses, strict=True)
    ):
        return
    raise InputError(
        "Argument `sample_weight` must hold a weight for each loss, of the shape "
        f"{losses} for an example. Received: {given}, which would be broadcast, or "
        "cannot be multiplied with them. Reshape the weights, for example with "
        "`sample_weight[:, None]`, or leave an axis out."
    )


def check_class_weight(
    class_weight: Any, sample_weight: Any, target: TargetRule
) -> None:
    """Raises an error if classes are weighted that do not exist.

    Args:
        class_weight: As for `keras.Model.fit`.
        sample_weight: As for `keras.Model.fit`.
        target: What the loss takes.
    """
    if class_weight is None:
        return
    if not isinstance(class_weight, Mapping):
        raise InputError(
            "Argument `class_weight` must be a dictionary from classes to weights. "
            f"Received: class_weight={class_weight!r}. Pass for example "
            "`{0: 1.0, 1: 2.0}`."
        )
    if class_weight and sample_weight is not None:
        raise InputError(
            "Arguments `class_weight` and `sample_weight` cannot both be given. "
            "Received: both. Multiply each weight of `sample_weight` with that of the "
            "example's class, and pass `sample_weight` only."
        )
    if class_weight and target.output is not None and len(target.output) > 2:
        # Keras would take the places of a sequence for classes.
        raise InputError(
            "Argument `class_weight` needs one class for each example. Received: a "
            f"model with outputs of the shape {target.output[1:]} for an example. "
            "Pass the weight of each class as `sample_weight`, of the "
            f"shape {target.output[1:-1]} for an example."
        )
    classes = target.classes or 0
    wrong = [key for key in class_weight if classes and key not in range(classes)]
    if wrong:
        raise InputError(
            "Argument `class_weight` must weight classes that exist, 0 to "
            f"{classes - 1}. Received: weights for {wrong}. Leave them out."
        )
    negative = {
        key: weight for key, weight in class_weight.items() if not _is_weight(weight)
    }
    if negative:
        raise InputError(
            "Argument `class_weight` must hold finite numbers of at least 0. Received: "
            f"{negative}. Give the weight 0 to classes that should not count."
        )


def _is_weight(weight: Any) -> bool:
    if isinstance(weight, (str, bytes)):
        return False
    try:
        number = float(weight)
    except (TypeError, ValueError):
        return False
    return number >= 0 and np.isfinite(number)
