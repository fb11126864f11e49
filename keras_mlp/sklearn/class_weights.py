"""`class_weight` of a classifier, as a weight for each example."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from keras_mlp.validation import check_number


def class_weights(class_weight: Any, classes: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Returns the weight of each example by its class.

    Args:
        class_weight: `"balanced"`, or a dictionary from classes to weights.
        classes: All classes, sorted.
        y: The class of each example, `[examples]`.

    Raises:
        ValueError: If it is neither, a weight is not a finite number of at least 0, or
            a class lacks a weight while another weight is for no class.
    """
    if isinstance(class_weight, str) and class_weight == "balanced":
        return compute_sample_weight("balanced", y)
    if not isinstance(class_weight, Mapping):
        raise ValueError(
            "Argument `class_weight` must be a dictionary from classes to weights, "
            f'"balanced" or None. Received: class_weight={class_weight!r}. Pass such '
            f"as {{{classes.tolist()[0]!r}: 2.0}}."
        )
    known = classes.tolist()
    unknown = [name for name in class_weight if name not in known]
    lacking = [name for name in known if name not in class_weight]
    # Where each class has one, the others are of classes that a part of the examples,
    # in a cross-validation, need not have.
    if unknown and lacking:
        raise ValueError(
            f"Argument `class_weight` must weight classes that exist, {known}. "
            f"Received: class_weight={class_weight!r}, where {unknown} are none. Pass "
            "the classes as `y` holds them."
        )
    weights = [
        check_number(f"class_weight[{name!r}]", class_weight.get(name, 1.0), least=0)
        for name in known
    ]
    return np.array(weights)[np.searchsorted(classes, y)]
