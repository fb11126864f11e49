"""Losses in NumPy, in float64, from their definitions: one for each example."""

from collections.abc import Callable

import numpy as np

from torturing.model_cases.numpy_layers import sigmoid, softmax

Array = np.ndarray
Loss = Callable[[Array, Array], Array]

# What Keras adds to or keeps from zero.
EPSILON = 1e-7


def _clipped(p: Array) -> Array:
    return np.clip(p, EPSILON, 1 - EPSILON)


def _mean(function: Loss) -> Loss:
    return lambda y, p: function(y, p).mean(axis=-1)


def sparse(y: Array, p: Array) -> Array:
    """Returns cross-entropy of logits; labels that are none give 0."""
    labels = y.reshape(p.shape[:-1]).astype(int)
    chosen = np.take_along_axis(
        np.log(softmax(p)), np.maximum(labels, 0)[..., None], axis=-1
    )[..., 0]
    return np.where(labels < 0, 0.0, -chosen)


def sparse_of_probabilities(y: Array, p: Array) -> Array:
    """Returns cross-entropy of probabilities."""
    return sparse(y, np.log(_clipped(p)))


def categorical(y: Array, p: Array) -> Array:
    """Returns cross-entropy of logits and rows of probabilities."""
    return -(y * np.log(softmax(p))).sum(axis=-1)


def categorical_focal(y: Array, p: Array) -> Array:
    """Returns focal cross-entropy of logits: Lin et al., 2017."""
    p = _clipped(softmax(p))
    return (0.25 * (1 - p) ** 2 * -y * np.log(p)).sum(axis=-1)


def categorical_hinge(y: Array, p: Array) -> Array:
    """Returns how far the right class is from being best by 1."""
    return np.maximum(0, ((1 - y) * p).max(axis=-1) - (y * p).sum(axis=-1) + 1)


def _binary(y: Array, p: Array) -> Array:
    return np.maximum(p, 0) - p * y + np.log1p(np.exp(-np.abs(p)))


def _binary_focal(y: Array, p: Array) -> Array:
    p = _clipped(sigmoid(p))
    right = y * p + (1 - y) * (1 - p)
    return (1 - right) ** 2 * -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _huber(y: Array, p: Array) -> Array:
    error = np.abs(y - p)
    return np.where(error <= 1, error**2 / 2, error - 0.5)


def _signs(y: Array) -> Array:
    return 2 * y - 1 if np.isin(y, (0, 1)).all() else y


def _unit(x: Array) -> Array:
    return x / np.sqrt(np.maximum((x**2).sum(axis=-1, keepdims=True), 1e-12))


LOSSES: dict[str, Loss] = {
    "sparse": sparse,
    "sparse_of_probabilities": sparse_of_probabilities,
    "sparse_ignoring": sparse,
    "categorical": categorical,
    "categorical_focal": categorical_focal,
    "categorical_hinge": categorical_hinge,
    "binary": _mean(_binary),
    "binary_focal": _mean(_binary_focal),
    "mean_squared_error": _mean(lambda y, p: (y - p) ** 2),
    "mean_absolute_error": _mean(lambda y, p: np.abs(y - p)),
    "mean_absolute_percentage_error": _mean(
        lambda y, p: 100 * np.abs(y - p) / np.maximum(np.abs(y), EPSILON)
    ),
    "mean_squared_logarithmic_error": _mean(
        lambda y, p: (np.log1p(y) - np.log1p(p)) ** 2
    ),
    "huber": _mean(_huber),
    "log_cosh": _mean(lambda y, p: np.log(np.cosh(y - p))),
    "poisson": _mean(lambda y, p: p - y * np.log(p + EPSILON)),
    "kl_divergence": lambda y, p: (
        np.clip(y, EPSILON, 1) * np.log(np.clip(y, EPSILON, 1) / _clipped(p))
    ).sum(-1),
    "cosine_similarity": lambda y, p: -(_unit(y) * _unit(p)).sum(axis=-1),
    "hinge": _mean(lambda y, p: np.maximum(0, 1 - _signs(y) * p)),
    "squared_hinge": _mean(lambda y, p: np.maximum(0, 1 - _signs(y) * p) ** 2),
}


def of_batch(loss: Loss, y: Array, p: Array, weights: Array | None) -> float:
    """Returns the loss of a batch: the mean over its examples, weighted or not.

    Labels below 0 are left out of what the mean divides by.

    Args:
        loss: One of `LOSSES`.
        y: Targets.
        p: Outputs.
        weights: A weight for each row of outputs.
    """
    each = loss(y, p)
    valid = np.ones(each.shape)
    if loss is sparse:
        valid = (y.reshape(each.shape) >= 0).astype(float)
    if weights is not None:
        each = each * weights
    return float(each.sum() / max(valid.sum(), EPSILON))


def gradient(loss: Loss, y: Array, p: Array, weights: Array | None) -> Array:
    """Returns the gradient of a batch's loss by its outputs, by central differences.

    Args:
        loss: One of `LOSSES`.
        y: Targets.
        p: Outputs.
        weights: A weight for each example.
    """
    gradient = np.zeros_like(p)
    width = 1e-5
    for place in np.ndindex(p.shape):
        step = np.zeros_like(p)
        step[place] = width
        above = of_batch(loss, y, p + step, weights)
        below = of_batch(loss, y, p - step, weights)
        gradient[place] = (above - below) / (2 * width)
    return gradient
