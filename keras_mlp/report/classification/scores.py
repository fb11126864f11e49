"""Figures of a classifier's answers."""

import dataclasses

import numpy as np

_BINS = 10


def confusion_counts(labels: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Returns how often each class (row) was predicted as each (column)."""
    counts = np.zeros((outputs.shape[1],) * 2, dtype="int64")
    np.add.at(counts, (labels, outputs.argmax(axis=1)), 1)
    return counts


@dataclasses.dataclass(frozen=True)
class Calibration:
    """Said probabilities and what became of them, in ten bins of equal width.

    Args:
        said: Mean probability in each bin that holds examples.
        happened: Share of its examples for which the event happened.
        counts: Number of its examples.
    """

    said: np.ndarray
    happened: np.ndarray
    counts: np.ndarray


def calibration(probabilities: np.ndarray, happened: np.ndarray) -> Calibration:
    """Compares probabilities, `[n]`, with whether the events happened, `[n]`."""
    bins = np.minimum((probabilities * _BINS).astype("int64"), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    filled = counts > 0
    said = np.bincount(bins, probabilities, _BINS)[filled] / counts[filled]
    came = np.bincount(bins, happened, _BINS)[filled] / counts[filled]
    return Calibration(said, came, counts[filled])


def roc(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns false and true positive rates, from the highest threshold to the lowest.

    Args:
        labels: 0 or 1, `[n]`, both of which occur.
        scores: The higher, the more likely a 1, `[n]`.
    """
    order = np.argsort(-scores, kind="stable")
    positive = labels[order] == 1
    # Examples with one score are above a threshold together.
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.append(0, np.cumsum(positive)[last])
    false = np.append(0, np.cumsum(~positive)[last])
    return false / false[-1], hits / hits[-1]


def area_under(false: np.ndarray, true: np.ndarray) -> float:
    """Returns the area under a curve of `roc`."""
    return float(np.sum(np.diff(false) * (true[1:] + true[:-1]) / 2))


def precision_and_recall(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns precision and recall of each class; NaN where nothing is divided.

    Args:
        counts: What `confusion_counts` returns.
    """
    right = np.diag(counts).astype("float64")
    with np.errstate(invalid="ignore"):
        return right / counts.sum(axis=0), right / counts.sum(axis=1)


def cross_entropy(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Returns the loss of each example, `[n]`; of an impossible truth, a large one."""
    given = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.maximum(given, 1e-7))
