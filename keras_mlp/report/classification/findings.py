"""What a classifier's answers show, in sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_labels, as_outputs, names_of_classes
from keras_mlp.report.classification.scores import confusion_counts
from keras_mlp.report.evaluation.answers import are_probabilities
from keras_mlp.report.text import percent

_MOST_CONFUSIONS = 3
# Said and right may differ by this much, and by two standard errors.
_GAP = 0.03


def class_findings(
    labels: ArrayLike,
    probabilities: ArrayLike,
    class_names: Sequence[str] | None = None,
) -> list[str]:
    """Says how often a classifier is right, what it mistakes, and how sure it is.

    Args:
        labels: The true classes, `[n]`, as whole numbers.
        probabilities: The model's outputs, `[n, classes]`. Of what are no
            probabilities, the sentence on how sure it is is left out.
        class_names: The names of the classes, in order. Their numbers by default.

    Returns:
        A sentence for each thing that the figures show.

    Raises:
        ValueError: If the shapes do not fit together or a label names no class.

    Example:

    ```python
    from keras_mlp.report import class_findings

    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]
    sentences = class_findings([0, 1, 1], probabilities, ["cat", "dog"])
    assert sentences[1] == "Taken for another: dog for cat (1 of 2, 50%)."
    ```
    """
    outputs = as_outputs("probabilities", probabilities)
    true = as_labels(labels, len(outputs), outputs.shape[1])
    names = names_of_classes(class_names, outputs.shape[1])
    counts = confusion_counts(true, outputs)
    return [
        *_accuracy(counts, names),
        *_confusions(counts, names),
        *_never_predicted(counts, names),
        *_confidence(true, outputs),
    ]


def _accuracy(counts: np.ndarray, names: Sequence[str]) -> list[str]:
    total = int(counts.sum())
    right = np.trace(counts) / total
    of_class = counts.sum(axis=1)
    commonest = int(of_class.argmax())
    share = of_class[commonest] / total
    sentence = (
        f"It is right on {percent(right)} of {total:,} examples; always answering "
        f"{names[commonest]} would be right on {percent(share)}."
    )
    return [sentence]


def _confusions(counts: np.ndarray, names: Sequence[str]) -> list[str]:
    mistakes = counts * (1 - np.eye(len(counts), dtype="int64"))
    of_class = counts.sum(axis=1)
    parts = []
    for place in np.argsort(-mistakes, axis=None, kind="stable")[:_MOST_CONFUSIONS]:
        true, answer = divmod(int(place), len(counts))
        count = mistakes[true, answer]
        if count:
            share = percent(count / of_class[true])
            parts.append(
                f"{names[true]} for {names[answer]} "
                f"({count:,} of {of_class[true]:,}, {share})"
            )
    if not parts:
        return []
    some = "Taken" if len(parts) == np.count_nonzero(mistakes) else "Most often taken"
    return [f"{some} for another: {', '.join(parts)}."]


def _never_predicted(counts: np.ndarray, names: Sequence[str]) -> list[str]:
    sentences = []
    for name, predicted, true in zip(
        names, counts.sum(axis=0), counts.sum(axis=1), strict=True
    ):
        if true and not predicted:
            are = "examples are" if true > 1 else "example is"
            sentences.append(f"{name} is never predicted, though {true:,} {are} of it.")
    return sentences


def _confidence(true: np.ndarray, outputs: np.ndarray) -> list[str]:
    if not are_probabilities(outputs):
        return []
    sure = outputs.max(axis=1)
    right = outputs.argmax(axis=1) == true
    gaps = sure - right
    gap = float(gaps.mean())
    if abs(gap) < max(_GAP, 2 * gaps.std() / np.sqrt(len(gaps))):
        return []
    kind = "over-confident" if gap > 0 else "under-confident"
    return [
        f"The probabilities are {kind}: on average its answers are given "
        f"{percent(sure.mean())}, and {percent(right.mean())} of them are right."
    ]
