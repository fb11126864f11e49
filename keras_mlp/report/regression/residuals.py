"""The pictures of a regression's errors."""

import os
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_series, check_same_length
from keras_mlp.report.pictures.drawing import BLUE, DARK, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (4.8, 4.0)
_MOST_POINTS = 5000


def plot_residuals(
    targets: ArrayLike,
    predictions: ArrayLike,
    path: str | os.PathLike[str],
    title: str | None = None,
) -> None:
    """Draws what is left of each target when its prediction is taken away.

    Of more than 5,000 examples that many are drawn, evenly chosen.

    Args:
        targets: The true values, `[n]`.
        predictions: The predicted ones, `[n]`.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import plot_residuals

    plot_residuals([1.0, 2.0, 3.0], [1.1, 1.9, 3.0], "residuals.png")
    ```
    """
    true, predicted = _pair(targets, predictions)
    with drawing(path, *_SIZE, title) as figure:
        axes = figure.subplots()
        _scatter(axes, predicted, true - predicted)
        axes.axhline(0, color=DARK, linewidth=1)
        axes.set_xlabel("predicted")
        axes.set_ylabel("residual: true less predicted")


def plot_fit(
    targets: ArrayLike,
    predictions: ArrayLike,
    path: str | os.PathLike[str],
    title: str | None = None,
) -> None:
    """Draws predictions over true values; on the line they are equal.

    Of more than 5,000 examples that many are drawn, evenly chosen.

    Args:
        targets: The true values, `[n]`.
        predictions: The predicted ones, `[n]`.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import plot_fit

    plot_fit([1.0, 2.0, 3.0], [1.1, 1.9, 3.0], "fit.png")
    ```
    """
    true, predicted = _pair(targets, predictions)
    ends = [min(true.min(), predicted.min()), max(true.max(), predicted.max())]
    with drawing(path, *_SIZE, title) as figure:
        axes = figure.subplots()
        _scatter(axes, true, predicted)
        axes.plot(ends, ends, color=DARK, linewidth=1)
        axes.set_xlabel("true")
        axes.set_ylabel("predicted")


def plot_residual_histogram(
    targets: ArrayLike,
    predictions: ArrayLike,
    path: str | os.PathLike[str],
    title: str | None = None,
) -> None:
    """Draws how many residuals there are of each size.

    Args:
        targets: The true values, `[n]`.
        predictions: The predicted ones, `[n]`.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import plot_residual_histogram

    plot_residual_histogram([1.0, 2.0, 3.0], [1.1, 1.9, 3.0], "histogram.png")
    ```
    """
    true, predicted = _pair(targets, predictions)
    with drawing(path, *_SIZE, title) as figure:
        axes = figure.subplots()
        bins = min(40, max(10, int(np.sqrt(len(true)))))
        residuals = true - predicted
        low, high = float(residuals.min()), float(residuals.max())
        if high - low <= 1e-6 * max(abs(low), abs(high)):
            # All the same: there are no bins between them.
            low, high = low - 0.5, high + 0.5
        axes.hist(residuals, bins, range=(low, high), color=BLUE, edgecolor="white")
        axes.axvline(0, color=DARK, linewidth=1)
        axes.set_xlabel("residual: true less predicted")
        axes.set_ylabel("examples")


def _pair(targets: ArrayLike, predictions: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    true, predicted = (
        as_series("targets", targets),
        as_series("predictions", predictions),
    )
    check_same_length(
        len(true), "target", "Pass the prediction of each.", predictions=predicted
    )
    # A model that diverged predicts NaN, which has no place in a picture.
    finite = np.isfinite(true) & np.isfinite(predicted)
    if not finite.any():
        return np.zeros(1), np.zeros(1)
    return true[finite], predicted[finite]


def _scatter(axes: "Axes", across: np.ndarray, upwards: np.ndarray) -> None:
    step = -(-len(across) // _MOST_POINTS)
    alpha = 0.7 if len(across) < 300 else 0.25
    axes.scatter(
        across[::step], upwards[::step], s=10, color=BLUE, alpha=alpha, linewidths=0
    )
