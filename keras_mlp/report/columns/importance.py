"""How much worse a model answers when one column of its table is shuffled."""

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np

from keras_mlp.report.evaluation.examples import Examples

_MOST_ROWS = 2000
_FEWEST_ROWS = 100
_SHUFFLES = 5
_SEED = 0
# Rows of all shuffles of all columns; and values in one call of the model.
_MOST_ROWS_IN_ALL = 1_000_000
_VALUES_AT_ONCE = 4_000_000

Measure = Callable[[Examples, np.ndarray], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Importance:
    """What shuffling each column costs, the dearest first.

    Args:
        names: The columns.
        rises: Mean rise of the measure over the shuffles, `[columns]`.
        spreads: Its standard deviation over them, `[columns]`.
        base: The measure without shuffling.
        measure: What is measured; the lower, the better.
        rows: How many rows were shuffled.
    """

    names: tuple[str, ...]
    rises: np.ndarray
    spreads: np.ndarray
    base: float
    measure: str
    rows: int

    def matters(self) -> np.ndarray:
        """Returns whether each column matters: more than chance and a trifle."""
        # Two standard errors of the mean.
        chance = 2 * self.spreads / np.sqrt(_SHUFFLES)
        trifle = 0.01 * max(self.rises.max(), self.base)
        return self.rises > np.maximum(chance, trifle)


def sample(examples: Examples, most: int, seed: int = _SEED) -> Examples:
    """Returns at most that many examples, drawn with a seed, in their order."""
    if len(examples) <= most:
        return examples
    drawn = np.random.default_rng(seed).choice(len(examples), most, replace=False)
    return examples.take(np.sort(drawn))


def permutation_importance(
    examples: Examples,
    outputs_of: Callable[[Examples], np.ndarray],
    error_of: Measure,
    measure: str,
) -> Importance:
    """Shuffles each column five times and measures how much worse the answers get.

    At most 2,000 rows are used, fewer of tables with hundreds of columns.

    Args:
        examples: A table.
        outputs_of: Returns the model's outputs, `[n, outputs]`.
        error_of: Returns the measure of some examples and their outputs for each
            shuffle: it is given `[shuffles * rows]` and returns `[shuffles]`.
        measure: Its name.
    """
    names = examples.column_names
    most = _MOST_ROWS_IN_ALL // (_SHUFFLES * len(names))
    table = sample(examples, max(_FEWEST_ROWS, min(_MOST_ROWS, most)))
    rows = len(table)
    base = float(error_of(table, outputs_of(table)[np.newaxis])[0])
    random = np.random.default_rng(_SEED)
    errors = []
    together = max(1, _VALUES_AT_ONCE // (rows * _SHUFFLES * len(names)))
    for chunk in _chunks(names, together):
        shuffled = _shuffled(table, chunk, random)
        outputs = outputs_of(shuffled)
        errors.append(error_of(table, outputs.reshape(-1, rows, outputs.shape[1])))
    rises = np.concatenate(errors).reshape(len(names), _SHUFFLES) - base
    means, spreads = rises.mean(axis=1), rises.std(axis=1, ddof=1)
    order = np.argsort(-means, kind="stable")
    return Importance(
        tuple(names[place] for place in order),
        means[order],
        spreads[order],
        base,
        measure,
        rows,
    )


def _chunks(names: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def _shuffled(
    table: Examples, names: tuple[str, ...], random: np.random.Generator
) -> Examples:
    """Returns the table once for each shuffle of each column, one below the other."""
    rows = len(table)
    joined = table.take(np.tile(np.arange(rows), len(names) * _SHUFFLES))
    for place, name in enumerate(names):
        values = joined.column(name).copy()
        for shuffle in range(_SHUFFLES):
            start = (place * _SHUFFLES + shuffle) * rows
            values[start : start + rows] = random.permutation(table.column(name))
        joined = joined.with_column(name, values)
    return joined
