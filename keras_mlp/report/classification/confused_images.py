"""The picture of the commonest confusions, with images."""

import os
from collections.abc import Sequence

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
from keras_mlp.report.classification.scores import confusion_counts
from keras_mlp.report.pictures.drawing import DARK, RED, draw_image, drawing, printable
from keras_mlp.report.text import percent

_MOST_CONFUSIONS = 3
_MOST_IMAGES = 8
# Letters of two names that stand on one line beside the images.
_SHORT_NAMES = 6


def plot_confused_images(
    images: ArrayLike,
    labels: ArrayLike,
    probabilities: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draws the three commonest confusions, a row of images for each.

    A confusion is a true class that is predicted as another one. Its row shows up to
    eight of the images, the most confident answers first.

    Args:
        images: `[n, height, width]`, with a last axis of 1 or 3 or without one.
        labels: The true classes, `[n]`, as whole numbers.
        probabilities: The model's outputs, `[n, classes]`: probabilities or logits.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order. Their numbers by default.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the shapes do not fit together.

    Example:

    ```python
    import numpy as np
    from keras_mlp.report import plot_confused_images

    images = np.zeros((3, 28, 28), "uint8")
    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]
    plot_confused_images(images, [0, 1, 1], probabilities, "confused.png")
    ```
    """
    pixels = as_pixels("images", images)
    outputs = as_outputs("probabilities", probabilities)
    count, classes = outputs.shape
    true = as_labels(labels, count, classes)
    check_same_length(count, "row of `probabilities`", "Pass both.", images=pixels)
    names = [printable(name, 14) for name in names_of_classes(class_names, classes)]
    confusions = commonest_confusions(true, outputs)
    height = pixels.shape[1] / pixels.shape[2]
    # An image is about as wide as 0.73 inches of the picture.
    inches = 0.73 * (height + 0.3) * max(len(confusions), 1) + (0.7 if title else 0.2)
    with drawing(path, 8.6, inches, title) as figure:
        axes = figure.subplots()
        axes.set_anchor("NW")
        axes.set_axis_off()
        if not confusions:
            axes.text(0, 0, "Every answer is right.")
            return
        for row, (truth, answer) in enumerate(confusions):
            places = np.flatnonzero(
                (true == truth) & (outputs.argmax(axis=1) == answer)
            )
            of_class = int((true == truth).sum())
            top = row * (height + 0.3)
            short = len(names[truth] + names[answer]) <= _SHORT_NAMES
            taken = f"{names[truth]} taken for" + (" " if short else "\n")
            axes.text(
                0,
                top + height / 2,
                f"{taken}{names[answer]}\n{len(places):,} of {of_class:,} "
                f"({percent(len(places) / of_class)})",
                color=DARK,
                verticalalignment="center",
            )
            order = np.argsort(-outputs[places, answer], kind="stable")
            shown = to_brightness(pixels[places[order[:_MOST_IMAGES]]])
            for column, picture in enumerate(shown):
                draw_image(axes, picture, 2.3 + 1.15 * column, top, RED)
        axes.set_xlim(-0.05, 2.3 + 1.15 * _MOST_IMAGES)
        axes.set_ylim(len(confusions) * (height + 0.3), -0.1)


def commonest_confusions(
    labels: np.ndarray, outputs: np.ndarray
) -> list[tuple[int, int]]:
    """Returns true class and answer of the commonest mistakes, at most three.

    Args:
        labels: The true classes, `[n]`.
        outputs: `[n, classes]`.
    """
    counts = confusion_counts(labels, outputs)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:_MOST_CONFUSIONS]
    pairs = [divmod(int(place), len(counts)) for place in order]
    return [pair for pair in pairs if counts[pair]]


def least_sure(outputs: np.ndarray) -> int:
    """Returns the place of the example whose highest output is the lowest.

    Args:
        outputs: Probabilities, `[n, classes]`.
    """
    return int(np.nan_to_num(outputs.max(axis=1), nan=np.inf).argmin())
