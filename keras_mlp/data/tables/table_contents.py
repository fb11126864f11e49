"""A table that was looked at, and how its rows are read."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.columns.raw_columns import raw_columns
from keras_mlp.data.tables.description.profile import MOST_DIFFERENT, Profile
from keras_mlp.data.tables.description.table_description import TableDescription
from keras_mlp.data.tables.sources.source import Source
from keras_mlp.data.tables.streamed_rows import Block, StreamedRows
from keras_mlp.data.tables.target import Target


@dataclasses.dataclass(frozen=True, kw_only=True)
class TableContents:
    """A table that was looked at.

    Args:
        source: The table.
        profile: What its columns hold.
        columns: The columns that are inputs.
        target: The column to predict, `None` if there is none.
    """

    source: Source
    profile: Profile
    columns: tuple[str, ...]
    target: Target | None

    def in_memory(self) -> InMemoryExamples:
        """Returns all rows as tensors."""
        # Where there is a GPU, the pipeline still runs beside it, on the CPU.
        with tf.device("CPU:0"):
            blocks = [
                tf.nest.map_structure(tf.constant, block) for block in self.read()
            ]
            return InMemoryExamples(
                *tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), *blocks)
            )

    def streamed(self) -> StreamedRows:
        """Returns all rows, to be read in each epoch."""
        inputs = {
            name: tf.TensorSpec(
                (None,),
                tf.string
                if self.profile.columns[name].type in ("text", "date")
                else tf.float32,
            )
            for name in self.columns
        }
        parts: tuple[Any, ...] = (inputs,)
        if self.target is not None:
            label = tf.float32 if self.target.classes is None else tf.int64
            parts = (inputs, tf.TensorSpec((None,), label))
        return StreamedRows(
            self.read,
            parts,
            self.profile.rows,
            self.profile.bytes // max(1, self.profile.rows),
        )

    def read(self) -> Iterator[Block]:
        """Yields inputs and targets of all rows, as NumPy arrays."""
        target = self.target
        names = [*self.columns, *([] if target is None else [target.name])]
        for block in self.source.blocks(names):
            if not len(block):
                continue
            inputs = raw_columns(block.select(list(self.columns)))
            if target is None:
                yield (inputs,)
            else:
                yield inputs, target.encoded(block[target.name])

    def values(self, name: str) -> Any:
        """Returns all values of a column, as a `pyarrow` array.

        Args:
            name: Any column of the source.
        """
        import pyarrow

        chunks = [
            chunk
            for block in self.source.blocks([name])
            for chunk in block[name].chunks
        ]
        return pyarrow.concat_arrays(chunks)

    def codes(self, name: str) -> np.ndarray:
        """Returns an integer for each row, the same where a column's values are.

        Args:
            name: Any column of the source.
        """
        encoded = self.values(name).dictionary_encode("encode")
        return encoded.indices.to_numpy(zero_copy_only=False)

    def describe(self) -> TableDescription:
        """Returns what the table holds."""
        target = self.target
        return TableDescription(
            source=self.source.name,
            rows=self.profile.rows,
            facts=self.source.facts,
            columns=self.profile.columns,
            target=None if target is None else target.name,
            task=None if target is None else target.task,
            task_reason="" if target is None else target.reason,
            class_names=None if target is None else target.class_names,
            warnings=tuple(self.warnings()),
        )

    def warnings(self) -> Iterator[str]:
        """Yields sentences about columns that will not help a model."""
        for name in self.columns:
            about = self.profile.columns[name]
            if about.missing == self.profile.rows:
                yield (
                    f"column {name!r} has no value in any row; leave it out by "
                    "`exclude`"
                )
            elif about.type == "text" and about.different >= MOST_DIFFERENT:
                yield (
                    f"column {name!r} holds {MOST_DIFFERENT:,} or more different "
                    f"texts, such as {about.examples[0]!r}; if they name single rows, "
                    "leave it out by `exclude`"
                )
            elif about.different == 1 and not about.missing:
                yield (
                    f"column {name!r} holds {about.examples[0]!r} in every row; it "
                    "tells a model nothing"
                )
