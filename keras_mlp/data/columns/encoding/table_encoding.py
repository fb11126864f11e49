"""All columns of a table as numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.category_column import CategoryColumn, as_text
from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.encoding.categories import CategoryLookup, OneHotEncoding
from keras_mlp.data.columns.encoding.dates import DateEncoding, days_and_seconds
from keras_mlp.data.columns.encoding.numbers import NumberEncoding
from keras_mlp.data.columns.number_column import NumberColumn


class TableEncoding:
    """Turns raw columns into codes, and codes into a matrix; nothing of it is trained.

    Args:
        columns: The columns by name, complete.
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self.columns = dict(columns)
        numbers = {
            name: column.as_number() if isinstance(column, BooleanColumn) else column
            for name, column in columns.items()
            if isinstance(column, (NumberColumn, BooleanColumn))
        }
        dates = self._of(DateColumn)
        categories = self._of(CategoryColumn)
        one_hot = {n: c for n, c in categories.items() if c.encoding != "embedding"}
        embedded = {n: c for n, c in categories.items() if n not in one_hot}
        self.embedded = list(embedded.values())
        self._numbers, self._dates = list(numbers), list(dates)
        self._categories = list(categories)
        self._one_hot, self._embedded = list(one_hot), list(embedded)
        self._encode_numbers = (
            NumberEncoding(list(numbers.values())) if numbers else None
        )
        self._encode_dates = DateEncoding(list(dates.values()))
        self._lookup = CategoryLookup(categories) if categories else None
        self._encode_one_hot = OneHotEncoding(list(one_hot.values()))
        self.width = len(embedded) + sum(
            column.width for name, column in columns.items() if name not in embedded
        )
        self.dtypes = {
            name: "float32" if name in numbers else "string" for name in columns
        }
        # TensorFlow saves tables that it finds in attributes of layers.
        self.lookup_layer = self._lookup.lookup if self._lookup else None

    def _of(self, kind: type[Column]) -> dict[str, Any]:
        return {n: c for n, c in self.columns.items() if isinstance(c, kind)}

    def check_names(self, names: Iterable[str], ignored: tuple[str, ...]) -> None:
        """Raises if a column is missing, or one is there that nothing is known of.

        Args:
            names: The columns that there are.
            ignored: Those that may be there as well.
        """
        found = list(names)
        missing = [name for name in self.columns if name not in found]
        known = {*self.columns, *ignored}
        surplus = [name for name in found if name not in known]
        if missing or surplus:
            raise ValueError(
                f"Inputs must have the columns {list(self.columns)[:20]}. Received: "
                f"missing {missing[:10]}, not known {surplus[:10]}. Choose columns by "
                "name, or rename them."
            )

    def checked(self, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Returns raw columns, each of the kind that it should be.

        Args:
            columns: As `raw_columns` returns them.
        """
        checked = {}
        for name, values in columns.items():
            is_text = values.dtype.kind == "O"
            if self.dtypes[name] == "string" and not is_text:
                # All missing, or numbers of categories.
                values = as_text(name, values)
            elif self.dtypes[name] == "float32" and is_text:
                raise ValueError(
                    f"Column {name!r} must hold numbers. Received: text, such as "
                    f"{next((v for v in values if v), '')!r}. Convert it."
                )
            checked[name] = values
        return checked

    def codes(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Returns columns without strings, as `TabularPreprocessing.codes` says.

        Args:
            columns: Tensors by name, `[batch]` or `[batch, 1]`.
        """
        codes: dict[str, Any] = {}
        for name in self._numbers:
            codes[name] = _as_number(name, columns[name])
        if self._dates:
            texts = tf.stack([_as_strings(n, columns[n]) for n in self._dates], axis=1)
            dates = days_and_seconds(texts)
            codes.update(zip(self._dates, tf.unstack(dates, axis=1), strict=True))
        if self._lookup is not None:
            texts = tf.stack(
                [_as_strings(n, columns[n]) for n in self._categories], axis=1
            )
            places = tf.unstack(self._lookup(texts), axis=1)
            codes.update(zip(self._categories, places, strict=True))
        return codes

    def encode(self, codes: Mapping[str, Any]) -> Any:
        """Returns codes as one matrix, float32 `[batch, width]`.

        Args:
            codes: As `codes` returns them.
        """
        parts = []
        if self._encode_numbers is not None:
            numbers = tf.stack([codes[name] for name in self._numbers], axis=1)
            parts.append(self._encode_numbers(numbers))
        if self._dates:
            dates = tf.stack([codes[name] for name in self._dates], axis=1)
            parts.append(self._encode_dates(dates))
        if self._one_hot:
            places = tf.stack([codes[name] for name in self._one_hot], axis=1)
            parts.append(self._encode_one_hot(places))
        if self._embedded:
            places = tf.stack([codes[name] for name in self._embedded], axis=1)
            parts.append(tf.cast(places, tf.float32))
        return parts[0] if len(parts) == 1 else tf.concat(parts, axis=1)


def _as_number(name: str, column: Any) -> Any:
    column = _flat(name, column)
    if column.dtype == tf.string:
        raise ValueError(
            f"Column {name!r} must hold numbers. Received: strings. Convert it."
        )
    return tf.cast(column, tf.float32)


def _as_strings(name: str, column: Any) -> Any:
    column = _flat(name, column)
    if column.dtype == tf.string:
        return column
    if column.dtype.is_floating:
        missing = tf.math.is_nan(column)
        whole = tf.cast(tf.where(missing, tf.zeros_like(column), column), tf.int64)
        return tf.where(missing, "", tf.strings.as_string(whole))
    return tf.strings.as_string(tf.cast(column, tf.int64))


def _flat(name: str, column: Any) -> Any:
    column = tf.convert_to_tensor(column)
    if column.shape.rank == 2:
        return tf.squeeze(column, axis=1)
    if column.shape.rank != 1:
        raise ValueError(
            f"Column {name!r} must be of shape (batch,) or (batch, 1). Received: shape "
            f"{column.shape}. Give a value for each row."
        )
    return column
