"""What the residuals of a regression show, in sentences."""

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_series, check_same_length
from keras_mlp.report.text import number, percent

# Residuals of the largest quarter of predictions must be larger by this factor.
_GROWTH = 1.5
_FEWEST = 40
# Beyond it, all predictions too high or too low are a matter of their own.
_BIAS = 0.2


def residual_findings(
    targets: ArrayLike, predictions: ArrayLike, name: str = "the target"
) -> list[str]:
    """Says how far predictions are off, to which side, and whether that grows.

    Args:
        targets: The true values, `[n]`.
        predictions: The predicted ones, `[n]`.
        name: What is predicted.

    Returns:
        A sentence for each thing that the figures show.

    Raises:
        ValueError: If the sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import residual_findings

    [sentence] = residual_findings([1.0, 2.0, 3.0], [1.1, 1.9, 3.0])
    assert sentence.startswith("Predictions of the target are off by 0.08165")
    ```
    """
    true, predicted = (
        as_series("targets", targets),
        as_series("predictions", predictions),
    )
    check_same_length(
        len(true), "target", "Pass the prediction of each.", predictions=predicted
    )
    residuals = true - predicted
    if not np.isfinite(residuals).all():
        return [
            f"{percent(np.mean(~np.isfinite(residuals)))} of the predictions of {name} "
            "are not finite."
        ]
    error = _root_mean_square(residuals)
    spread = float(true.std())
    sentence = (
        f"Predictions of {name} are off by {number(error)} (root mean square); always "
        f"predicting the mean would be off by {number(spread)}"
    )
    if spread:
        explained = 1 - (error / spread) ** 2
        sentence += f" (R² {explained:.3f})"
    return [f"{sentence}.", *_bias(residuals, error), *_growth(residuals, predicted)]


def _bias(residuals: np.ndarray, error: float) -> list[str]:
    mean = float(residuals.mean())
    sure = abs(mean) > 3 * residuals.std() / np.sqrt(len(residuals))
    if not sure or abs(mean) < _BIAS * error:
        return []
    side = "low" if mean > 0 else "high"
    return [f"They are too {side}, by {number(abs(mean))} on average."]


def _growth(residuals: np.ndarray, predicted: np.ndarray) -> list[str]:
    if len(residuals) < _FEWEST:
        return []
    order = np.argsort(predicted, kind="stable")
    quarter = len(order) // 4
    low = _root_mean_square(residuals[order[:quarter]])
    high = _root_mean_square(residuals[order[-quarter:]])
    if min(low, high) == 0 or 1 / _GROWTH < high / low < _GROWTH:
        return []
    verb, remedy = (
        ("grow", " The logarithm of the target may be easier to predict.")
        if high > low
        else ("shrink", "")
    )
    return [
        f"Errors {verb} with the prediction: {number(low)} in the lowest quarter of "
        f"predictions, {number(high)} in the highest.{remedy}"
    ]


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
