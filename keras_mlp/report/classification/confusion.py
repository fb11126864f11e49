"""The confusion matrix: which class is predicted as which."""

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_labels, as_outputs, names_of_classes
from keras_mlp.report.classification.scores import confusion_counts
from keras_mlp.report.pictures.drawing import DARK, GREY, drawing, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_CLASSES_WITH_COUNTS = 20
_MOST_CLASS_LABELS = 26
_LONGEST_NAME = 12
_QUIET = "#EEF1F4"


def plot_confusion(
    labels: ArrayLike,
    probabilities: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draws how often each class was predicted as each other class.

    The shade is the share of a true class that was predicted as another one. Its
    scale is that of the mistakes only, so that right answers do not outshine them.

    Args:
        labels: The true classes, `[n]`, as whole numbers.
        probabilities: The model's outputs, `[n, classes]`: probabilities or logits.
            The class of the highest one is the prediction.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order. Their numbers by default.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the shapes do not fit together or a label names no class.

    Example:

    ```python
    from keras_mlp.report import plot_confusion

    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]
    plot_confusion([0, 1, 1], probabilities, "confusion.png", ["cat", "dog"])
    ```
    """
    outputs = as_outputs("probabilities", probabilities)
    true = as_labels(labels, len(outputs), outputs.shape[1])
    names = names_of_classes(class_names, outputs.shape[1])
    size = min(max(3.8, 0.36 * len(names) + 2.0), 7.4)
    with drawing(path, size + 0.6, size, title) as figure:
        draw_confusion(figure.subplots(), confusion_counts(true, outputs), names)


def draw_confusion(axes: "Axes", counts: np.ndarray, names: Sequence[str]) -> None:
    """Draws a confusion matrix.

    Args:
        axes: Where to.
        counts: What `confusion_counts` returns.
        names: The name of each class.
    """
    from matplotlib.colors import ListedColormap

    names = [printable(name, _LONGEST_NAME) for name in names]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = np.eye(len(names), dtype=bool)
    mistakes = np.ma.masked_array(shares, mask=right)
    highest = float(mistakes.max()) if len(names) > 1 else 0.0
    # The diagonal takes no part in the scale: a quiet ground under its numbers.
    ground = np.ma.masked_array(np.zeros_like(shares), mask=~right)
    image = axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=highest or 1)
    axes.imshow(ground, cmap=ListedColormap([_QUIET]))
    axes.grid(False)
    step = math.ceil(len(names) / _MOST_CLASS_LABELS)
    ticks = range(0, len(names), step)
    labels = [names[tick] for tick in ticks]
    fits = len(labels) * max(map(len, labels)) <= 40
    axes.set_xticks(ticks, labels, rotation=0 if fits else 90)
    axes.set_yticks(ticks, labels)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    total, wrong = int(counts.sum()), int(counts[~right].sum())
    axes.set_title(f"{wrong:,} of {total:,} taken for another class")
    if len(names) <= _MOST_CLASSES_WITH_COUNTS:
        for (row, column), number_of in np.ndenumerate(counts):
            if number_of:
                strong = row != column and shares[row, column] > 0.6 * highest
                axes.text(
                    column,
                    row,
                    f"{number_of}",
                    color="white" if strong else GREY if row == column else DARK,
                    horizontalalignment="center",
                    verticalalignment="center",
                    fontsize=9,
                )
    if highest:
        decimals = 0 if highest >= 0.04 else 1
        format_ = f"{{x:.{decimals}%}}"
        bar = axes.figure.colorbar(image, ax=axes, shrink=0.7, format=format_)
        bar.set_label("mistakes: share of the true class")
        bar.outline.set_visible(False)
