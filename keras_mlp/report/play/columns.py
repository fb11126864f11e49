"""The columns of a table, as the page's form and its encoding know them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.encoding.numbers import NumberEncoding
from keras_mlp.data.columns.number_column import NumberColumn

# Rows of the test that the form can begin with.
ROWS = 20


def described_columns(
    columns: Mapping[str, Any], values: Mapping[str, np.ndarray], arrays: int
) -> list[dict[str, Any]]:
    """Returns what the page needs to know of each column, ready for JSON.

    Args:
        columns: The descriptions of a `TabularPreprocessing`, complete.
        values: Values of the columns in the data.
        arrays: How many arrays come before the embeddings.
    """
    described = []
    for name, column in columns.items():
        about = _described(column, values[name])
        if isinstance(column, CategoryColumn) and column.encoding == "embedding":
            about["embedding"] = arrays
            arrays += 1
        described.append({"name": name, **about})
    return described


def plain_columns(names: Sequence[str], values: np.ndarray) -> list[dict[str, Any]]:
    """Returns descriptions of numbers that a network takes as they are.

    Args:
        names: Their names.
        values: Some of them, `[n, columns]`.
    """
    return [
        {
            "name": name,
            **_number(NumberColumn(scaling="none", indicator=False), values[:, place]),
        }
        for place, name in enumerate(names)
    ]


def rows_of(
    columns: Mapping[str, np.ndarray], truths: np.ndarray
) -> list[dict[str, Any]]:
    """Returns the first rows with their targets, ready for JSON.

    Args:
        columns: Values by column.
        truths: The targets.
    """
    return [
        {
            "values": {name: _plain(each[row]) for name, each in columns.items()},
            "truth": _plain(truths[row]),
        }
        for row in range(min(ROWS, len(truths)))
    ]


def _described(column: Any, values: np.ndarray) -> dict[str, Any]:
    if isinstance(column, BooleanColumn):
        return {**_number(column.as_number(), values), "boolean": True}
    if isinstance(column, NumberColumn):
        return _number(column, values)
    if isinstance(column, DateColumn):
        assert column.center is not None
        assert column.scale is not None
        return {
            "kind": "date",
            "center": column.center,
            "inverse": 1 / column.scale,
            "has_times": bool(column.has_times),
            "indicator": bool(column.indicator),
            "first": column.first or "2000-01-01",
            "last": column.last or "2030-01-01",
        }
    assert isinstance(column, CategoryColumn)
    if column.encoding == "compact":
        raise ValueError(
            "The page encodes categories with a place each. Received: a column with "
            "encoding='compact'. Make the preprocessing with 'one_hot'."
        )
    return {"kind": "category", "vocabulary": list(column.vocabulary or ())}


def _number(column: NumberColumn, values: np.ndarray) -> dict[str, Any]:
    known = np.asarray(values, "float64")
    known = known[np.isfinite(known)]
    fill = column.filled_with
    minimum, maximum = column.minimum, column.maximum
    if minimum is None or maximum is None:
        minimum, maximum = (known.min(), known.max()) if len(known) else (fill, fill)
    about: dict[str, Any] = {
        "kind": "number",
        "scaling": column.scaling,
        "fill": fill,
        "center": 0.0,
        "inverse": 1.0,
        "indicator": bool(column.indicator),
        "minimum": float(minimum),
        "maximum": float(maximum),
        # A slider of years is not to stand between two.
        "whole": bool(len(known) and maximum - minimum >= 1 and (known % 1 == 0).all()),
    }
    if column.scaling in ("standard", "robust"):
        about["center"] = column.center
        about["inverse"] = 1 / (column.scale or 1.0)
    if column.scaling == "quantile":
        points = np.unique(np.asarray(column.quantiles, "float32"))
        outcomes = np.asarray(NumberEncoding([column])(points[:, None]))[:, 0]
        about |= {"points": points.tolist(), "outcomes": outcomes.tolist()}
    return about


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    # JSON has no NaN.
    return None if value != value else value
