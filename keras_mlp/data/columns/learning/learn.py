"""From batches of raw columns to what is known of each."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from keras_mlp.data.columns.category_column import CategoryColumn, as_text
from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.learning.number_statistics import NumberStatistics
from keras_mlp.data.columns.learning.text_statistics import TextStatistics


def learn_columns(
    batches: Iterable[Mapping[str, np.ndarray]],
    given: Mapping[str, Column | None],
    *,
    scaling: str,
    category_encoding: str,
    one_hot_limit: int,
    embedding_dim: int,
    max_categories: int,
    seed: int = 0,
) -> dict[str, Column | None]:
    """Learns what is not given of the columns of a table.

    Args:
        batches: Raw columns, as `raw_columns` returns them, in batches.
        given: The columns to learn, with their given descriptions; none for all.
        scaling: How numbers are scaled where that is not given.
        category_encoding: How few categories are encoded.
        one_hot_limit: Up to so many categories are few.
        embedding_dim: Numbers of an embedding.
        max_categories: So many categories of a column are known.
        seed: Fixes samples of large data.

    Returns:
        The complete columns by name, in the order of `given`, or that of the data;
        `None` for those that hold nothing, which a warning names.

    Raises:
        ValueError: If a column is not there, changes its kind, or there are no rows.
    """
    learners: dict[str, NumberStatistics | TextStatistics] = {}
    rows = 0
    for batch in batches:
        names = list(given or batch)
        absent = [name for name in names if name not in batch]
        if absent:
            raise ValueError(
                f"Argument `data` must hold the columns {names[:10]}. Received: "
                f"columns {list(batch)[:10]}, without {absent[:10]}. Check the names."
            )
        for name in names:
            column = given.get(name)
            values = _values(name, batch[name], column)
            is_text = values.dtype.kind == "O"
            if name not in learners:
                may_be_dates = column is None or isinstance(column, DateColumn)
                learners[name] = (
                    TextStatistics(name, may_be_dates, seed)
                    if is_text
                    else NumberStatistics(seed)
                )
            learner = learners[name]
            if is_text != isinstance(learner, TextStatistics):
                raise ValueError(
                    f"Column {name!r} must be of one kind. Received: text in one part "
                    "of the data, and numbers in another. Convert one of them."
                )
            learner.update(values)
        rows += len(next(iter(batch.values())))
    if not rows:
        raise ValueError(
            "Argument `data` must hold a row. Received: none. Pass the training data."
        )
    return {
        name: _completed(
            name,
            learner,
            given.get(name),
            scaling=scaling,
            category_encoding=category_encoding,
            one_hot_limit=one_hot_limit,
            embedding_dim=embedding_dim,
            max_categories=max_categories,
        )
        for name, learner in learners.items()
    }


def _values(name: str, values: np.ndarray, column: Column | None) -> np.ndarray:
    if isinstance(column, CategoryColumn) and values.dtype.kind != "O":
        return as_text(name, values)
    is_text = isinstance(column, (CategoryColumn, DateColumn))
    if column is not None and is_text != (values.dtype.kind == "O"):
        found = "text" if values.dtype.kind == "O" else "numbers"
        raise ValueError(
            f"Column {name!r} is described as a {type(column).__name__}. Received: "
            f"{found}. Describe it differently, or convert it."
        )
    return values


def _completed(
    name: str,
    learner: NumberStatistics | TextStatistics,
    column: Column | None,
    *,
    scaling: str,
    **options: Any,
) -> Column | None:
    if learner.is_empty and (column is None or not column.is_complete):
        warnings.warn(
            f"Column {name!r} is left out: all its values are missing. Leave it out "
            "with `exclude`, or describe it in `columns`.",
            stacklevel=4,
        )
        return None
    if isinstance(learner, NumberStatistics):
        return learner.completed(column, scaling)
    return learner.completed(column, **options)
