"""The part of a report on a classifier's answers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from keras_mlp.report.classification.confused_images import plot_confused_images
from keras_mlp.report.classification.confusion import plot_confusion
from keras_mlp.report.classification.curves import plot_calibration, plot_roc
from keras_mlp.report.classification.findings import class_findings
from keras_mlp.report.classification.predictions import plot_predictions
from keras_mlp.report.classification.scores import (
    area_under,
    confusion_counts,
    precision_and_recall,
    roc,
)
from keras_mlp.report.page.document import Pictures, Section


def class_sections(
    labels: np.ndarray,
    probabilities: np.ndarray,
    names: Sequence[str],
    directory: Path | None,
    images: np.ndarray | None = None,
) -> list[Section]:
    """Returns the sections on classes and on probabilities.

    Args:
        labels: The true classes, `[n]`.
        probabilities: `[n, classes]`.
        names: The names of the classes.
        directory: Where the pictures go; `None` for none.
        images: The examples, where they are images.
    """
    counts = confusion_counts(labels, probabilities)
    classes = Section(
        "Classes",
        "Precision: how many of the answers of a class are right. Recall: how many "
        "examples of a class are found.",
        table=(
            ["class", "examples", "predicted", "precision", "recall"],
            _class_rows(counts, names),
        ),
        findings=class_findings(labels, probabilities, names),
        pictures={}
        if directory is None
        else _overview(labels, probabilities, names, directory, images),
    )
    if len(names) == 2:
        return [classes, _of_two(labels, probabilities[:, 1], names[1], directory)]
    return [classes, _of_many(labels, probabilities, directory)]


def _class_rows(counts: np.ndarray, names: Sequence[str]) -> list[list[object]]:
    precision, recall = precision_and_recall(counts)
    return [
        [
            name,
            int(counts[place].sum()),
            int(counts[:, place].sum()),
            *(
                "none" if np.isnan(share) else float(share)
                for share in (precision[place], recall[place])
            ),
        ]
        for place, name in enumerate(names)
    ]


def _overview(
    labels: np.ndarray,
    probabilities: np.ndarray,
    names: Sequence[str],
    directory: Path,
    images: np.ndarray | None,
) -> Pictures:
    text = "how often each true class (row) was predicted as which (column). The shade "
    text += "shows mistakes only."
    if images is not None:
        path = directory / "predictions.png"
        plot_predictions(images, labels, probabilities, path, names)
        confused = directory / "confused.png"
        plot_confused_images(images, labels, probabilities, confused, names)
        return {
            path: f"Images, mistakes first, framed and crossed. Beside them, {text}",
            confused: "The commonest confusions, the most confident answers first.",
        }
    path = directory / "confusion.png"
    plot_confusion(labels, probabilities, path, names)
    return {path: text[0].upper() + text[1:]}


def _of_two(
    labels: np.ndarray, second: np.ndarray, name: str, directory: Path | None
) -> Section:
    pictures: Pictures = {}
    both = len(np.unique(labels)) == 2
    area = area_under(*roc(labels, second)) if both else np.nan
    if directory is not None:
        path = directory / "calibration.png"
        plot_calibration(second, labels, path, xlabel="probability of the second class")
        pictures[path] = (
            f"Of examples that were given a probability of {name}, how many are {name}."
            " Below the dotted line the probabilities are too high."
        )
        if both:
            path = directory / "roc.png"
            plot_roc(labels, second, path)
            pictures[path] = (
                f"How many {name} are found (upwards) for how many false alarms, as "
                f"the threshold falls. Area under the curve: {area:.3f}."
            )
    text = (
        f"Area under the ROC curve: {area:.3f}. That is how often, of two examples of "
        f"different classes, {name} gets the higher probability."
    )
    return Section("Probabilities", text if both else "", pictures=pictures)


def _of_many(
    labels: np.ndarray, probabilities: np.ndarray, directory: Path | None
) -> Section:
    sure = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == labels).astype("float64")
    pictures: Pictures = {}
    if directory is not None:
        path = directory / "calibration.png"
        plot_calibration(sure, right, path, xlabel="probability of the answer")
        pictures[path] = (
            "Of answers that were given a probability, how many are right. Below the "
            "dotted line the model is too sure of itself."
        )
    return Section(
        "Probabilities",
        f"Answers are given a probability of {sure.mean():.3f} on average; "
        f"{right.mean():.3f} of them are right.",
        pictures=pictures,
    )
