"""Batches of the rows of a table."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.batches.batching import Batching
from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.loaded_dataset import LoadedDataset
from keras_mlp.data.tables.description.table_description import TableDescription
from keras_mlp.data.tables.dividing.chosen_parts import chosen_parts
from keras_mlp.data.tables.dividing.splitting import part_sizes
from keras_mlp.data.tables.streamed_rows import StreamedRows
from keras_mlp.data.tables.table_contents import TableContents
from keras_mlp.validation import check_seed


class TableDataset(LoadedDataset):
    """Batches of columns and targets: what `data.table` returns.

    A `LoadedDataset`: the order of a shuffled one is a function of `seed` and the
    epoch, and `take`, `skip`, `shard` and `split_at` choose batches of the order of the
    table.

    Attributes:
        columns: Names of the inputs' columns, a tuple.
        target: Name of the target column, `None` if there is none.
        task: `"classification"` or `"regression"`, `None` without a target.
        class_names: Names of the classes, in the order of the labels; `None` if there
            are none.
        in_memory: Whether the rows are held in memory.

    Args:
        contents: The table.
        examples: Which of its rows, in memory or from files.
        batching: How they become batches.

    Example:

    ```python
    import keras_mlp

    table = keras_mlp.data.table("diamonds_5k", batch_size=100)
    train, test = table.split(test_size=0.25)
    assert (len(train), len(test)) == (30, 10)
    assert train.shuffled and not test.shuffled
    assert (table.target, table.task) == ("price", "regression")
    ```
    """

    def __init__(
        self,
        contents: TableContents,
        examples: InMemoryExamples | StreamedRows,
        batching: Batching,
    ) -> None:
        self._contents = contents
        self._rows = examples
        self.columns = contents.columns
        target = contents.target
        self.target = None if target is None else target.name
        self.task = None if target is None else target.task
        self.in_memory = isinstance(examples, InMemoryExamples)
        super().__init__(
            examples, batching, None if target is None else target.class_names
        )

    @property
    def rows(self) -> int:
        """Number of rows, a last batch that is left out included."""
        return self._batching.count

    def all_rows(self) -> tuple[Any, ...]:
        """Returns all rows in the order of the table, which begins no epoch.

        Returns:
            The columns, a dictionary of tensors `[rows]`, and the target `[rows]`, if
            there is one.

        Raises:
            ValueError: If the rows are not in memory.

        Example:

        ```python
        import keras_mlp

        columns, price = keras_mlp.data.table("diamonds_5k").all_rows()
        assert columns["carat"].shape == price.shape == (4000,)
        ```
        """
        if not isinstance(self._rows, InMemoryExamples):
            raise ValueError(
                "`all_rows` is for tables in memory. Received: one that is read "
                "from files in every epoch. Load it with `in_memory=True`, or go "
                "through its batches."
            )
        return self._rows.all_rows()

    def describe(self) -> TableDescription:
        """Returns what the whole table holds, of which this may be a part."""
        return self._contents.describe()

    def split(
        self,
        validation_size: float = 0.0,
        test_size: float = 0.2,
        *,
        stratify: str | None = "auto",
        group: str | None = None,
        time: str | None = None,
        seed: int = 0,
    ) -> tuple["TableDataset", ...]:
        """Divides the rows into parts for training, validation and the test.

        Which row is in which part depends on the rows and these arguments alone, not on
        whether they are held in memory. The part for training is shuffled in each
        epoch, the others are in the order of the table. While the rows are divided, an
        integer for each is held in memory, and the values of the column that divides
        them.

        Args:
            validation_size: Share of the rows for validation. Defaults to 0, no such
                part.
            test_size: Share of the rows for the test. Defaults to 0.2.
            stratify: Name of a column; each part holds its share of the rows of each
                value, to within one or two. `"auto"`, the default, is the target where
                it is a class. `None` leaves it to chance.
            group: Name of a column, such as that of a patient; rows with one value are
                in one part. The parts have about their shares of the rows.
            time: Name of a column of dates or numbers; the last rows are the test, and
                those before them for validation.
            seed: Integer that fixes what is left to chance. Defaults to 0.

        Returns:
            `(train, test)`, or with a `validation_size` `(train, validation, test)`:
            each a `TableDataset`.

        Raises:
            ValueError: If a part would have no rows, or training one class only, or an
                argument is not as above.

        Example:

        ```python
        import keras_mlp

        table = keras_mlp.data.table("penguins_344", exclude=["year"])
        train, test = table.split(time="year")
        train, validation, test = table.split(0.1, 0.2, group="year")
        ```
        """
        number = check_seed("seed", seed) or 0
        places = self._rows.places
        sizes = part_sizes(len(places), validation_size, test_size)
        parts = chosen_parts(
            self._contents, places, sizes, stratify, group, time, number
        )
        train, validation, test = (
            self._at(places[parts == part], training=part == 0) if count else None
            for part, count in enumerate((1, sizes[0], 1))
        )
        assert train is not None
        assert test is not None
        return (train, test) if validation is None else (train, validation, test)

    def with_inputs(
        self, change: Callable[[Mapping[str, tf.Tensor]], Any]
    ) -> LoadedDataset:
        """Returns the same batches with inputs that are made once, of all rows.

        The orders are the same, and the variable `epoch` is shared.

        Args:
            change: From a dictionary of columns `[rows]` to inputs, a tensor or several
                of shape `[rows, ...]`.

        Raises:
            ValueError: If the rows are not in memory, or `change` gives others.

        Example:

        ```python
        import tensorflow as tf

        import keras_mlp

        table = keras_mlp.data.table("diamonds_5k", columns=["carat", "depth"])
        rows = table.with_inputs(
            lambda columns: tf.stack([columns["carat"], columns["depth"]], axis=1)
        )
        inputs, price = next(iter(rows))
        assert inputs.shape == (32, 2) and int(table.epoch) == 1
        ```
        """
        if not isinstance(self._rows, InMemoryExamples):
            raise ValueError(
                "`with_inputs` is for tables in memory. Received: one that is read "
                "from files in every epoch. Load it with `in_memory=True`, or use "
                "`map`."
            )
        columns, *targets = self._rows.all_rows()
        with tf.device("CPU:0"):
            inputs = change(columns)
        found = [len(tensor) for tensor in tf.nest.flatten(inputs)]
        if set(found) != {self._batching.count}:
            raise ValueError(
                f"Argument `change` must return {self._batching.count} rows, as many "
                f"as it receives. Received: {found}. Return one for each."
            )
        return LoadedDataset(
            InMemoryExamples(inputs, *targets),
            self._batching,
            self.class_names,
            self.epoch,
        )

    def _with(self, examples: Any, batching: Batching) -> "TableDataset":
        return TableDataset(self._contents, examples, batching)

    def _at(self, places: np.ndarray, training: bool) -> "TableDataset":
        batching = dataclasses.replace(
            self._batching,
            count=len(places),
            shuffle=training,
            drop_remainder=training and self._batching.drop_remainder,
        )
        return TableDataset(self._contents, self._rows.at(places), batching)
