"""Weights of classes as weights of examples."""

from typing import Any

import numpy as np

from keras_mlp.training.call import Call


def with_class_weight(call: Call) -> Any:
    """Returns the weights of the examples of one batch, `None` where there are none.

    Args:
        call: With arrays as targets: numbers of classes, or one-hot rows.
    """
    if call.class_weight is None:
        return call.sample_weight
    classes = np.asarray(call.y)
    if classes.ndim > 1:
        one_hot = classes.shape[-1] > 1
        classes = classes.argmax(-1) if one_hot else classes.squeeze(-1)
    classes = np.round(classes).astype("int32")
    weights = np.ones(classes.shape)
    for number, weight in call.class_weight.items():
        weights[classes == number] = weight
    return weights
