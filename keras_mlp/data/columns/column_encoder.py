"""The columns of a table as numbers: what is learnt of them, and then looked up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.described import check_described, described_columns
from keras_mlp.data.columns.encoding.table_encoding import TableEncoding
from keras_mlp.data.columns.learning.learn import learn_columns
from keras_mlp.data.columns.learning.table_batches import table_batches
from keras_mlp.data.columns.raw_columns import (
    as_tensors,
    holds_columns,
    is_frame,
    named_columns,
    raw_columns,
)


class ColumnEncoder(keras.layers.Layer):
    """Learns the columns of a table, and encodes them. Nothing in it is trained.

    A subclass sets the attributes that say how: `exclude`, `scaling`,
    `category_encoding`, `one_hot_limit`, `embedding_dim`, `max_categories`.

    Args:
        columns: As for `TabularPreprocessing`.
        ignored: Names of columns that the data had, and that nothing is made of.
        **kwargs: The arguments of `keras.layers.Layer`.
    """

    exclude: Sequence[str]
    scaling: str
    category_encoding: str
    one_hot_limit: int
    embedding_dim: int
    max_categories: int

    def __init__(
        self,
        columns: Sequence[str] | Mapping[str, Any] | None = None,
        ignored: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs, autocast=False)
        self.supports_jit = False
        self._described = described_columns(columns)
        self._ignored = tuple(ignored)
        self._encoding: TableEncoding | None = None

    @property
    def columns(self) -> dict[str, Column | None]:
        """The columns by name, complete once the preprocessing is adapted."""
        return dict(self._described)

    @property
    def is_adapted(self) -> bool:
        """Whether nothing is left to be learnt."""
        return self._encoding is not None

    def adapt(self, data: Any) -> None:
        """Learns what is not given of the columns, in one pass over the data.

        The memory for it is bounded: means are added up, of more than 100,000 numbers
        quantiles are those of a sample, and rare categories are forgotten where there
        are more than 200,000.

        Args:
            data: The training data: a data frame of pandas or polars, a dictionary of
                arrays, or a batched `tf.data.Dataset` of dictionaries, alone or with
                targets, which are ignored.

        Raises:
            ValueError: If it was adapted and built before, a column is not there or is
                of two kinds, or there are no rows.
        """
        if self.built:
            raise ValueError(
                f"Layer '{self.name}' was built with what it learnt before. Received: "
                "`adapt` again. Make a new layer, and a new model around it."
            )
        seen: dict[str, None] = {}

        def batches() -> Iterator[dict[str, np.ndarray]]:
            for batch in table_batches(data):
                seen.update(dict.fromkeys(batch))
                yield {n: v for n, v in batch.items() if n not in self.exclude}

        given: dict[str, Column | None] = dict(self._described)
        learnt = learn_columns(
            batches(),
            given,
            scaling=self.scaling,
            category_encoding=self.category_encoding,
            one_hot_limit=self.one_hot_limit,
            embedding_dim=self.embedding_dim,
            max_categories=self.max_categories,
        )
        described = {name: column for name, column in learnt.items() if column}
        check_described(described)
        self._described = dict(described)
        self._ignored = tuple(name for name in seen if name not in described)
        self._encode_if_complete()

    def _encode_if_complete(self) -> None:
        columns = {n: c for n, c in self._described.items() if c and c.is_complete}
        if columns and len(columns) == len(self._described):
            self._encoding = TableEncoding(columns)
            # Among the layer's own, so that its table is exported.
            self._lookup = self._encoding.lookup_layer

    def check_adapted(self) -> None:
        """Raises a `ValueError` unless nothing is left to be learnt."""
        self._known_encoding()

    def _known_encoding(self) -> TableEncoding:
        if self._encoding is None:
            raise ValueError(
                f"Layer '{self.name}' does not know its columns yet. Received: no "
                "`adapt`. Call `adapt` with the training data first, or give it "
                "complete `columns`."
            )
        return self._encoding

    def raw(self, data: Any) -> dict[str, np.ndarray]:
        """Returns the columns that it takes, in their raw form.

        Args:
            data: Data frame or dictionary of columns.

        Returns:
            float32 arrays, or arrays of `str`, by name.

        Raises:
            ValueError: If a column is missing, not known, or of another kind.
        """
        encoding = self._known_encoding()
        if not holds_columns(data):
            raise ValueError(
                "Inputs must be a data frame or a dictionary of columns. Received: "
                f"{type(data).__name__}. Give the columns their names."
            )
        encoding.check_names([name for name, _ in named_columns(data)], self._ignored)
        chosen = raw_columns(_only(data, list(self._described)))
        return encoding.checked(chosen)

    def encode(self, columns: Any) -> Any:
        """Returns the columns as numbers: all but the embeddings.

        Args:
            columns: As for a call.

        Returns:
            float32, `[batch, encoded_width]`. Categories that have an embedding are
            whole numbers, the last columns.
        """
        return self.encode_codes(self.codes(columns))

    def codes(self, columns: Any) -> dict[str, Any]:
        """Returns the columns without strings, for places that have none.

        Args:
            columns: As for a call.

        Returns:
            By name: numbers float32 `[batch]`; the places of categories int32
            `[batch]`: 0 is missing, 1 unknown, from 2 on the vocabulary; dates int32
            `[batch, 2]`: days since 1970-01-01, and seconds of the day.
        """
        encoding = self._known_encoding()
        encoding.check_names(columns, self._ignored)
        return encoding.codes({name: columns[name] for name in self._described})

    def encode_codes(self, codes: Mapping[str, Any]) -> Any:
        """Returns what `encode` does, from what `codes` returns.

        Args:
            codes: As `codes` returns them.
        """
        return self._known_encoding().encode(codes)

    @property
    def encoded_width(self) -> int:
        """Number of columns of what `encode` returns."""
        return self._known_encoding().width

    def input_signature(self) -> dict[str, keras.InputSpec]:
        """Returns shape and dtype of each column, as an exported model takes it."""
        return {
            name: keras.InputSpec(shape=(None,), dtype=dtype, name=name)
            for name, dtype in self._known_encoding().dtypes.items()
        }

    def as_inputs(self, data: Any) -> Any:
        """Returns columns as Keras passes them on: tensors, by name.

        Args:
            data: As for a call. What is no table, and tensors, are returned as they
                are.
        """
        if not holds_columns(data):
            return data
        if isinstance(data, Mapping) and all(map(_is_tensor, data.values())):
            return data
        return as_tensors(self.raw(data))


def _is_tensor(column: Any) -> bool:
    return isinstance(column, (tf.Tensor, keras.KerasTensor))


def _only(data: Any, names: list[str]) -> Any:
    if is_frame(data):
        return data.select(names) if hasattr(data, "select") else data[names]
    return {name: data[name] for name in names}
