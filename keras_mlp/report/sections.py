"""The sections of a report: on the training, and on examples and their answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import keras
import numpy as np

from keras_mlp.report.classification.scores import cross_entropy
from keras_mlp.report.classification.section import class_sections
from keras_mlp.report.columns.importance import permutation_importance
from keras_mlp.report.columns.section import (
    dependence_section,
    importance_section,
    largest_errors_section,
)
from keras_mlp.report.evaluation.evaluated import Evaluated
from keras_mlp.report.evaluation.examples import Examples
from keras_mlp.report.history_findings import training_findings
from keras_mlp.report.inside.recording import has_kernels
from keras_mlp.report.inside.section import inside_section
from keras_mlp.report.page.document import Pictures, Section
from keras_mlp.report.pictures.history import plot_history
from keras_mlp.report.regression.section import regression_sections


def history_sections(
    history: Mapping[str, Sequence[float]],
    directory: Path | None,
    title: str | None = None,
) -> list[Section]:
    """Returns the section with the curves, and the folded one with every epoch.

    Args:
        history: A sequence per name, with an entry per epoch.
        directory: Where `history.png` goes; `None` for no picture.
        title: Heading of the picture.

    Returns:
        The two sections; none of a history without epochs.
    """
    if not history:
        return []
    pictures: Pictures = {}
    if directory is not None:
        # The loss of an epoch's last batch says nothing.
        curves = {name: v for name, v in history.items() if "batch_loss" not in name}
        path = directory / "history.png"
        plot_history(curves, path, title=title)
        pictures[path] = "The loss and the metrics after each epoch."
    epochs = zip(*history.values(), strict=True)
    rows = [
        [epoch, *(f"{np.mean(value):.4f}" for value in values)]
        for epoch, values in enumerate(epochs, start=1)
    ]
    return [
        Section("History", pictures=pictures, findings=training_findings(history)),
        Section("Every epoch", table=(["epoch", *history], rows), folded=True),
    ]


def example_sections(evaluated: Evaluated, directory: Path | None) -> list[Section]:
    """Returns the sections on a model's answers, and on what they depend on.

    Args:
        evaluated: The model with the examples that it has answered.
        directory: Where the pictures go; `None` for none.
    """
    examples, answers = evaluated.examples, evaluated.answers
    if evaluated.labels is not None:
        images = None if examples.image_shape is None else examples.images()
        sections = class_sections(
            evaluated.labels, answers, evaluated.names, directory, images
        )
    else:
        assert evaluated.targets is not None
        sections = regression_sections(evaluated.targets, answers, directory)
    if not np.isfinite(answers).all():
        # Of a model that has diverged nothing depends on anything.
        return sections
    looks_inside = isinstance(evaluated.model, keras.Model) and evaluated.model.built
    if evaluated.labels is not None and examples.image_shape and looks_inside:
        sections += _inside(evaluated, evaluated.labels, directory)
    if examples.column_names:
        sections += _column_sections(evaluated, directory)
    return sections


def _inside(
    evaluated: Evaluated, labels: np.ndarray, directory: Path | None
) -> list[Section]:
    examples = evaluated.examples
    assert isinstance(examples.inputs, np.ndarray)
    assert examples.image_shape is not None
    if directory is None or not has_kernels(evaluated.model):
        return []
    return [
        inside_section(
            evaluated.model,
            examples.inputs,
            labels,
            evaluated.names,
            examples.image_shape,
            directory,
        )
    ]


def _column_sections(evaluated: Evaluated, directory: Path | None) -> list[Section]:
    examples, answers, labels = evaluated.examples, evaluated.answers, evaluated.labels
    classifies = labels is not None
    # The errors of a sample are measured on its own targets.
    if labels is not None:
        examples = Examples(
            examples.inputs, labels[:, np.newaxis], examples.column_names
        )
        errors = cross_entropy(labels, answers)
        shown = [
            [evaluated.names[truth], evaluated.names[row.argmax()], float(row[truth])]
            for truth, row in zip(labels, answers, strict=True)
        ]
        header = ["true", "predicted", "probability of the truth"]
    else:
        assert evaluated.targets is not None
        examples = Examples(examples.inputs, evaluated.targets, examples.column_names)
        differences = evaluated.targets - answers
        errors = np.square(differences).mean(axis=1)
        # The output that is furthest off, where there are several.
        worst = np.abs(differences).argmax(axis=1)
        places = np.arange(len(worst))
        shown = [
            [float(truth), float(answer)]
            for truth, answer in zip(
                evaluated.targets[places, worst], answers[places, worst], strict=True
            )
        ]
        header = ["true", "predicted"]
    importance = permutation_importance(
        examples,
        evaluated.answer,
        _cross_entropy if classifies else _root_mean_square,
        "cross-entropy" if classifies else "root mean square error",
    )
    # Of two classes, the second says it all.
    only_second = classifies and len(evaluated.names) == 2
    return [
        importance_section(importance, directory),
        dependence_section(
            examples,
            importance.names,
            (lambda some: evaluated.answer(some)[:, 1:])
            if only_second
            else evaluated.answer,
            (
                f"probability of {evaluated.names[1]}"
                if only_second
                else "probability"
                if classifies
                else "prediction"
            ),
            evaluated.names[1:] if only_second else evaluated.names,
            directory,
        ),
        largest_errors_section(examples, errors, shown, header, importance.names),
    ]


def _cross_entropy(examples: Examples, answers: np.ndarray) -> np.ndarray:
    labels = examples.targets[:, 0]
    return np.array([cross_entropy(labels, rows).mean() for rows in answers])


def _root_mean_square(examples: Examples, answers: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(examples.targets - answers).mean(axis=(1, 2)))
