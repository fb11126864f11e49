"""A model's answers to examples, ready to be reported on."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_mlp.losses.class_probabilities import class_probabilities
from keras_mlp.report.arrays import invalid, names_of_classes
from keras_mlp.report.evaluation.answers import (
    are_logits,
    labels_of,
    outputs_of,
    task_of,
)
from keras_mlp.report.evaluation.examples import Examples, examples_of


@dataclasses.dataclass(frozen=True)
class Evaluated:
    """A model with the examples that it has answered.

    Args:
        model: The model.
        examples: What it was given.
        task: "classification" or "regression".
        answers: The probability of each class, `[n, classes]`, or numbers,
            `[n, outputs]`.
        names: The name of each class or output.
        labels: The true classes, `[n]`; `None` of a regression.
        targets: The true numbers, `[n, outputs]`; `None` of a classification.
        from_logits: Whether the model's outputs are logits.
    """

    model: Any
    examples: Examples
    task: str
    answers: np.ndarray
    names: list[str]
    labels: np.ndarray | None = None
    targets: np.ndarray | None = None
    from_logits: bool = False

    def answer(self, examples: Examples) -> np.ndarray:
        """Returns what the model answers to other examples, as `answers`."""
        outputs = outputs_of(self.model, examples)
        if self.labels is None:
            return outputs.astype("float64")
        return class_probabilities(outputs, self.from_logits)


def evaluate(
    model: Any,
    data: Any,
    *,
    class_names: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    image_shape: Sequence[int] | None = None,
    task: str | None = None,
    from_logits: bool | None = None,
) -> Evaluated:
    """Has a model answer examples. The arguments are those of `write`.

    Raises:
        ValueError: If data, model and names do not fit together.
    """
    if class_names is None:
        for source in (data, model):
            class_names = getattr(source, "class_names", None)
            if class_names is not None:
                break
    examples = examples_of(data, column_names, image_shape)
    outputs = outputs_of(model, examples)
    targets = examples.targets
    task = task_of(task, data, model, targets, outputs.shape[1], class_names)
    if task == "regression":
        targets = targets.reshape(len(targets), -1).astype("float64")
        if targets.shape != outputs.shape:
            raise invalid(
                "data",
                f"hold as many targets per example as the model has outputs, "
                f"{outputs.shape[1]}",
                f"{targets.shape[1]}",
                'Pass the targets it was trained on, or task="classification".',
            )
        names = [f"output {place + 1}" for place in range(outputs.shape[1])]
        answers = outputs.astype("float64")
        return Evaluated(model, examples, task, answers, names, targets=targets)
    logits = are_logits(model, outputs, from_logits)
    probabilities = class_probabilities(outputs, logits)
    num_classes = probabilities.shape[1]
    return Evaluated(
        model,
        examples,
        task,
        probabilities,
        names_of_classes(class_names, num_classes),
        labels=labels_of(targets, num_classes, class_names),
        from_logits=logits,
    )
