"""The picture of what a classifier reads right and what it mistakes."""

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import (
    as_labels,
    as_outputs,
    as_pixels,
    check_same_length,
    names_of_classes,
    to_brightness,
)
from keras_mlp.report.classification.confusion import draw_confusion
from keras_mlp.report.classification.scores import confusion_counts
from keras_mlp.report.pictures.drawing import (
    DARK,
    GREY,
    RED,
    draw_image,
    drawing,
    printable,
    put_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_SHOWN = 40
_LONGEST_NAME = 12


def plot_predictions(
    images: ArrayLike,
    labels: ArrayLike,
    probabilities: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draws test images with their predicted and true classes, and all counts.

    On the left up to 40 images. Mistakes come first, the most confident ones leading,
    in a red frame and with a cross. Then come correctly predicted images, one of each
    class in turn. At most half of the places show mistakes, if there are enough right
    answers. On the right is the confusion matrix of all images: the numbers are
    counts, and the shade is the share of a true class that was predicted as another.
    The same arguments always show the same images.

    Args:
        images: `[n, height, width]`, with a last axis of 1 or 3 or without one.
            Flattened images must be reshaped first.
        labels: The true classes, `[n]`, as whole numbers.
        probabilities: The model's outputs, `[n, classes]`. The class of the highest
            one is the prediction. Logits can be passed too.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order. Their numbers by default.
        title: Heading of the picture; the accuracy is put behind it.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the shapes do not fit together or a label names no class.

    Example:

    ```python
    import numpy as np
    from keras_mlp.report import plot_predictions

    images = np.zeros((3, 28, 28), "uint8")
    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]
    plot_predictions(images, [0, 1, 1], probabilities, "predictions.png")
    ```
    """
    pixels = as_pixels("images", images)
    outputs = as_outputs("probabilities", probabilities)
    count, num_classes = outputs.shape
    true = as_labels(labels, count, num_classes)
    check_same_length(
        count,
        "row of `probabilities`",
        "Pass images and outputs of the same examples.",
        images=pixels,
    )
    names = names_of_classes(class_names, num_classes)
    predicted = outputs.argmax(axis=1)
    shown = _choose(true, predicted, outputs.max(axis=1))

    right = int((true == predicted).sum())
    heading = f"{right / count:.2%} right ({right:,} of {count:,})"
    if title is not None:
        heading = f"{printable(title, 70)}: {heading}"
    names = [printable(name, _LONGEST_NAME) for name in names]
    with drawing(path, 15, 7.2, heading) as figure:
        parts = figure.subfigures(1, 2, squeeze=False, width_ratios=(8, 7))[0]
        left, beside = parts
        pictures = to_brightness(pixels[shown])
        put_title(
            left,
            "✗ wrong answer, below it the true class; most confident first   /   "
            "✓ right",
            fontsize=11,
            fontweight="normal",
        )
        draw_answers(left.subplots(), pictures, true[shown], predicted[shown], names)
        draw_confusion(beside.subplots(), confusion_counts(true, outputs), names)


def _choose(
    true: np.ndarray, predicted: np.ndarray, confidence: np.ndarray
) -> np.ndarray:
    mistakes = np.flatnonzero(true != predicted)
    mistakes = mistakes[np.argsort(-confidence[mistakes], kind="stable")]
    right = np.flatnonzero(true == predicted)
    # The first one of every class, then the second one of every class, …
    rank = np.zeros(len(true), dtype="int64")
    for label in np.unique(true[right]):
        of_class = right[true[right] == label]
        rank[of_class] = np.arange(len(of_class))
    right = right[np.lexsort((true[right], rank[right]))]
    wanted = max(_MOST_SHOWN // 2, _MOST_SHOWN - len(right))
    mistakes = mistakes[:wanted]
    return np.concatenate([mistakes, right[: _MOST_SHOWN - len(mistakes)]])


def draw_answers(
    axes: "Axes",
    pictures: np.ndarray,
    true: np.ndarray,
    predicted: np.ndarray,
    names: Sequence[str],
) -> None:
    """Draws images with their answers; a wrong one in red, crossed, above the truth.

    Args:
        axes: Where to.
        pictures: `[n, height, width]` or `[n, height, width, 3]`, from 0 to 1.
        true: The true classes, `[n]`.
        predicted: The answers, `[n]`.
        names: The name of each class, short enough to be printed below an image.
    """
    # All of them in one panel, an image being one unit wide: a panel for each would
    # take most of the time that the whole picture takes.
    axes.set_anchor("NW")
    # Eight columns and five rows when all places are taken.
    columns = math.ceil(math.sqrt(1.6 * len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    height = pictures.shape[1] / pictures.shape[2]
    for index, picture in enumerate(pictures):
        left = 1.22 * (index % columns)
        top = (height + 0.5) * (index // columns)
        is_right = true[index] == predicted[index]
        draw_image(axes, picture, left, top, GREY if is_right else RED)
        answer, truth = names[predicted[index]], names[true[index]]
        # The cross says the same as the colour, for those who cannot see that.
        axes.text(
            left + 0.5,
            top + height + 0.06,
            f"✓ {answer}" if is_right else f"✗ {answer}\nis {truth}",
            color=DARK if is_right else RED,
            fontweight="normal" if is_right else "bold",
            fontsize=8,
            horizontalalignment="center",
            verticalalignment="top",
        )
    axes.set_xlim(-0.03, 1.22 * columns - 0.19)
    axes.set_ylim((height + 0.5) * rows, -0.03)
