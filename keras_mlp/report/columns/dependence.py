"""How a model's mean answer moves with one column."""

import dataclasses
from collections.abc import Callable

import numpy as np

from keras_mlp.report.columns.importance import sample
from keras_mlp.report.evaluation.examples import Examples

_MOST_ROWS = 500
_POINTS = 15
_MOST_CATEGORIES = 8
MISSING = "(missing)"


@dataclasses.dataclass(frozen=True)
class Dependence:
    """The mean outputs when a column holds one value in all rows.

    Args:
        name: The column.
        values: Numbers, or categories as text, `[points]`.
        outputs: `[points, outputs]`.
    """

    name: str
    values: np.ndarray
    outputs: np.ndarray

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.values.dtype.kind == "f"


def partial_dependence(
    examples: Examples, name: str, outputs_of: Callable[[Examples], np.ndarray]
) -> Dependence | None:
    """Puts one value after the other into all rows of a column.

    Numbers take 15 quantiles from the 2nd to the 98th per cent, text its eight
    commonest values. At most 500 rows are used.

    Args:
        examples: A table.
        name: The column.
        outputs_of: Returns the model's outputs for examples, `[n, outputs]`.

    Returns:
        The dependence; `None` where the column has no value at all.
    """
    values = _grid(examples.column(name))
    if not len(values):
        return None
    table = sample(examples, _MOST_ROWS)
    rows = len(table)
    joined = table.take(np.tile(np.arange(rows), len(values)))
    outputs = outputs_of(joined.with_column(name, np.repeat(values, rows)))
    shown = values
    if values.dtype == object:
        shown = np.array([value or MISSING for value in values], dtype=object)
    means = outputs.reshape(len(values), rows, -1).mean(axis=1)
    return Dependence(name, shown, means)


def _grid(column: np.ndarray) -> np.ndarray:
    if column.dtype == object:
        names, counts = np.unique(column.astype(str), return_counts=True)
        order = np.argsort(-counts, kind="stable")[:_MOST_CATEGORIES]
        return names[order].astype(object)
    known = column[np.isfinite(column)].astype("float64")
    if not len(known):
        return known
    quantiles = np.quantile(known, np.linspace(0.02, 0.98, _POINTS), method="nearest")
    return np.unique(quantiles)
