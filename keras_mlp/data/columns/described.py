"""A caller's description of columns, checked."""

from collections.abc import Iterable, Mapping
from typing import Any

import keras

from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.number_column import NumberColumn

KINDS: dict[str, type[Column]] = {
    "number": NumberColumn,
    "boolean": BooleanColumn,
    "category": CategoryColumn,
    "date": DateColumn,
}


def described_columns(columns: Any) -> dict[str, Column | None]:
    """Returns the given description of each column, by name.

    Args:
        columns: The argument of `TabularPreprocessing`.

    Raises:
        ValueError: If it is none of what that takes.
    """
    if columns is None:
        return {}
    if not isinstance(columns, Mapping):
        return dict.fromkeys(check_names("columns", columns))
    return {
        name: _described(name, column)
        for name, column in zip(
            check_names("columns", columns), columns.values(), strict=True
        )
    }


def check_names(argument: str, names: Any) -> tuple[str, ...]:
    """Returns names of columns, or says what is wrong with them.

    Args:
        argument: Name of the argument, for the message.
        names: What the caller passed.

    Raises:
        ValueError: If they are not different texts.
    """
    found = () if isinstance(names, str) or not isinstance(names, Iterable) else names
    words = tuple(found)
    if (isinstance(names, str) or not isinstance(names, Iterable)) or not (
        all(isinstance(word, str) for word in words) and len(set(words)) == len(words)
    ):
        raise ValueError(
            f"Argument `{argument}` must hold different names of columns. Received: "
            f"{argument}={names!r}. Pass a list such as ['age', 'city']."
        )
    return words


def check_described(columns: Mapping[str, Column]) -> None:
    """Raises unless there is a column that anything can be made of.

    Args:
        columns: The columns that are left.
    """
    if not columns:
        raise ValueError(
            "Argument `data` must hold a column with values. Received: none. Pass the "
            "columns to predict from."
        )


def _described(name: str, column: Any) -> Column | None:
    if isinstance(column, dict):
        column = keras.saving.deserialize_keras_object(column)
    if isinstance(column, str) and column in KINDS:
        return KINDS[column]()
    if column is None or isinstance(column, Column):
        return column
    raise ValueError(
        "Argument `columns` must say what a column is by one of "
        f"{', '.join(map(repr, KINDS))}, a NumberColumn, BooleanColumn, CategoryColumn "
        f"or DateColumn, or None. Received: {column!r} for {name!r}. Pass one of them."
    )
