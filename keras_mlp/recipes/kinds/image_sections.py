"""The sections of a report on a recipe that classifies images."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from keras_mlp.report import (
    Section,
    class_findings,
    plot_confused_images,
    plot_prediction,
    plot_predictions,
    plot_trace,
)
from keras_mlp.report.classification.confused_images import least_sure


class FeaturedImage(NamedTuple):
    """The one image that a report shows with all its outputs.

    Attributes:
        image: `[height, width, channels]`.
        outputs: What the model made of it, `[classes]`.
        name: What it is, such as `"The first training image"`.
    """

    image: np.ndarray
    outputs: np.ndarray
    name: str


def least_sure_image(
    images: np.ndarray,
    labels: np.ndarray,
    probabilities: np.ndarray,
    class_names: Sequence[str],
) -> FeaturedImage:
    """Returns the test image whose highest probability is the lowest.

    Args:
        images: `[n, height, width, channels]`.
        labels: The true classes, `[n]`.
        probabilities: `[n, classes]`.
        class_names: Name of each class.
    """
    place = least_sure(probabilities)
    name = f"The test image it was least sure of ({class_names[labels[place]]})"
    return FeaturedImage(images[place], probabilities[place], name)


def answer_sections(
    images: np.ndarray,
    labels: np.ndarray,
    probabilities: np.ndarray,
    class_names: Sequence[str],
    featured: FeaturedImage,
    directory: Path,
    title: str,
) -> list[Section]:
    """Draws what the model answered to test images, and one image with its outputs.

    Args:
        images: The test images, uint8 `[n, height, width, channels]`.
        labels: The true classes, `[n]`.
        probabilities: `[n, classes]`.
        class_names: Name of each class.
        featured: The one image.
        directory: Where the pictures go.
        title: Heading of the pictures of test images.
    """
    names = list(class_names)
    answers, confused, digit = (
        directory / f"{name}.png" for name in ("predictions", "confused", "digit")
    )
    plot_predictions(images, labels, probabilities, answers, names, title=title)
    plot_confused_images(images, labels, probabilities, confused, names)
    image, outputs, shown = featured
    plot_prediction(image, outputs, digit, class_names=names, title=shown)
    answer = names[int(np.argmax(outputs))]
    rows = [
        [name, f"{output:.4f}"] for name, output in zip(names, outputs, strict=True)
    ]
    return [
        Section(
            "Predictions on test images",
            "Mistakes are framed and crossed; the matrix counts all test images.",
            pictures={
                answers: "Test images, and how often each class was read as another.",
                confused: "The commonest confusions, the most confident answers first.",
            },
            findings=class_findings(labels, probabilities, names),
        ),
        Section(
            "One image and its outputs",
            "The answer is the class of the highest output.",
            pictures={digit: f"{shown}, read as {answer}, and a bar for each output."},
            table=(["class", "output"], rows),
        ),
    ]


def trace_section(
    steps: list[int], losses: list[float], every: int, directory: Path, title: str
) -> Section:
    """Draws the losses of single batches.

    Args:
        steps: The steps that are recorded.
        losses: The loss of each.
        every: Distance between two of them, in steps.
        directory: Where the picture goes.
        title: Its heading.
    """
    trace = directory / "trace.png"
    plot_trace(steps, [losses], trace, title=title)
    return Section(
        "Loss of single batches",
        f"The loss of every {every}th batch.",
        pictures={trace: "Loss against steps."},
    )
