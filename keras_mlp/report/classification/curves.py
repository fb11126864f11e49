"""The pictures of a classifier's probabilities: calibration and ROC."""

import os

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_series, check_same_length, invalid
from keras_mlp.report.classification.scores import area_under, calibration, roc
from keras_mlp.report.pictures.drawing import BLUE, GREY, LIGHT_GREY, drawing

_SIZE = (4.8, 4.4)


def plot_calibration(
    probabilities: ArrayLike,
    happened: ArrayLike,
    path: str | os.PathLike[str],
    title: str | None = None,
    xlabel: str = "probability said",
) -> None:
    """Draws how often came true what was said with each probability.

    Points on the diagonal are right; below it the probabilities are too high. The bars
    below say how many examples stand behind each point.

    Args:
        probabilities: Said probabilities, `[n]`, from 0 to 1.
        happened: Whether it came true, `[n]`: 0 or 1.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.
        xlabel: What the probabilities are of.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import plot_calibration

    plot_calibration([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "calibration.png")
    ```
    """
    said, came = _pair(probabilities, happened)
    bins = calibration(said, came)
    with drawing(path, *_SIZE, title) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        upper.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="as it should be")
        upper.plot(bins.said, bins.happened, color=BLUE, marker="o", label="model")
        upper.set_ylabel("share that came true")
        upper.set_ylim(-0.03, 1.03)
        upper.legend(loc="upper left")
        lower.bar(bins.said, bins.counts, width=0.06, color=LIGHT_GREY)
        lower.set_xlim(-0.03, 1.03)
        lower.set_ylabel("examples")
        lower.set_xlabel(xlabel)


def plot_roc(
    labels: ArrayLike,
    scores: ArrayLike,
    path: str | os.PathLike[str],
    title: str | None = None,
) -> None:
    """Draws true against false positives for every threshold, with the area.

    Args:
        labels: The true classes, `[n]`: 0 or 1, both of which must occur.
        scores: The probability of class 1, or any other score, `[n]`.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the sequences differ in length, or only one class occurs.

    Example:

    ```python
    from keras_mlp.report import plot_roc

    plot_roc([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.9], "roc.png")
    ```
    """
    given, true = _pair(scores, labels)
    if set(np.unique(true)) != {0.0, 1.0}:
        raise invalid(
            "labels", "hold 0 and 1", f"{np.unique(true)[:5]}", "Leave the picture out."
        )
    false, hits = roc(true, given)
    with drawing(path, *_SIZE, title) as figure:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="by chance (0.5)")
        label = f"model (area {area_under(false, hits):.3f})"
        axes.plot(false, hits, color=BLUE, label=label)
        axes.set_xlabel("false alarms: share of the first class")
        axes.set_ylabel("found: share of the second class")
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)
        axes.legend(loc="lower right")


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    values, others = as_series("first argument", first), as_series("second", second)
    check_same_length(
        len(values), "example", "Pass both of the same examples.", second=others
    )
    return values, others
