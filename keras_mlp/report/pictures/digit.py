"""The picture of one image and a classifier's outputs for it."""

import math
import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import (
    as_outputs,
    as_pixels,
    invalid,
    names_of_classes,
    to_brightness,
)
from keras_mlp.report.pictures.drawing import (
    BLUE,
    GREY,
    LIGHT_GREY,
    draw_image,
    drawing,
    printable,
)

_LONGEST_NAME = 20
_MOST_SHOWN = 20


def plot_prediction(
    image: ArrayLike,
    outputs: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draws an image beside a bar for each output, the predicted class highlighted.

    Of more than 20 classes the 20 highest outputs are drawn.

    Args:
        image: `[height, width]`, with a last axis of 1 or 3 or without one.
        outputs: The model's outputs for it, `[classes]`: probabilities, logits or any
            other scores. The class of the highest one is the prediction.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order. Their numbers by default.
        title: Heading of the picture; the answer is put behind it.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the shapes do not fit.

    Example:

    ```python
    import numpy as np
    from keras_mlp.report import plot_prediction

    image = np.eye(28)
    plot_prediction(image, [0.1, 0.7, 0.2], "prediction.png")
    ```
    """
    pixels, scores = np.asarray(image), np.asarray(outputs)
    if pixels.ndim not in (2, 3):
        raise invalid(
            "image",
            "have the shape [height, width], with a last axis of 1 (grey) or 3 "
            "(colour) or without one",
            f"shape {pixels.shape}",
            "Pass one image, such as `images[0]`; reshape a flattened one.",
        )
    if scores.ndim != 1:
        raise invalid(
            "outputs",
            "hold one number per class",
            f"shape {scores.shape}",
            "Pass the outputs of one image, such as `model.predict(images)[0]`.",
        )
    picture = to_brightness(as_pixels("image", pixels[np.newaxis]))[0]
    scores = as_outputs("outputs", scores[np.newaxis])[0]
    names = names_of_classes(class_names, len(scores))
    answer = int(scores.argmax())
    # The highest ones, in the order of their classes. NaN comes first, as in `argmax`.
    ranked = np.argsort(-np.nan_to_num(scores, nan=np.inf), kind="stable")
    shown = np.sort(ranked[:_MOST_SHOWN])
    place = int(np.flatnonzero(shown == answer)[0])

    heading = f"predicted {printable(names[answer], _LONGEST_NAME)}"
    if title is not None:
        heading = f"{printable(title, 40)}, {heading}"
    height = max(3.8, 0.26 * len(shown) + 1.2)
    with drawing(path, 8.6, height, heading) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(2, 3))
        draw_image(left, picture)
        # A model that diverged gives NaN: there is no bar then, only the label.
        lengths = np.where(np.isfinite(scores), scores, 0.0)[shown]
        places = range(len(shown))
        bars = right.barh(places, lengths, color=LIGHT_GREY)
        labels = right.bar_label(bars, _rounded(scores[shown]), padding=4)
        right.set_yticks(places, [printable(names[i], _LONGEST_NAME) for i in shown])
        bars[place].set_color(BLUE)
        for label in (labels[place], right.get_yticklabels()[place]):
            label.set(fontweight="bold", color=BLUE)
        right.axvline(0, color=GREY, linewidth=0.8)
        right.margins(x=0.16, y=0.02)
        right.invert_yaxis()
        right.grid(False, axis="y")
        right.tick_params(axis="y", length=0)
        right.spines["left"].set_visible(False)
        some = "" if len(shown) == len(scores) else f" (the {len(shown)} highest)"
        right.set_xlabel(f"output{some}")
        right.set_ylabel("class")


def _rounded(scores: np.ndarray) -> list[str]:
    # All to the same place, three digits of the largest: beside a probability of 0.97,
    # another of 2.2e-07 is nothing.
    largest = np.abs(scores[np.isfinite(scores)]).max(initial=0.0)
    digits_before = math.ceil(math.log10(largest)) if largest > 0 else 0
    decimals = max(3 - digits_before, 0)
    return [f"{score:.{decimals}f}" for score in scores]
