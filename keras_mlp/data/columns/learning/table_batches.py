"""A table as batches of raw columns, many rows at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import raw_columns

# Rows that are looked at together.
ROWS = 65_536


def rows_in_memory(data: Any) -> tuple[Any, ...] | None:
    """Returns columns, and the target, of what `data.table` holds in memory.

    They are in the order of the table, and no epoch begins.

    Args:
        data: Anything; of all else it returns `None`.
    """
    return data.all_rows() if getattr(data, "in_memory", False) else None


def table_batches(data: Any) -> Iterator[dict[str, np.ndarray]]:
    """Yields raw columns of a table or a data set.

    Args:
        data: As for `TabularPreprocessing.adapt`.

    Raises:
        ValueError: If a data set holds no dictionaries.
    """
    rows_at_hand = rows_in_memory(data)
    if rows_at_hand is not None:
        data = rows_at_hand[0]
    if not isinstance(data, tf.data.Dataset):
        columns = raw_columns(data)
        rows = len(next(iter(columns.values())))
        for start in range(0, rows, ROWS):
            yield {n: v[start : start + ROWS] for n, v in columns.items()}
        return
    for batch in data.rebatch(ROWS).as_numpy_iterator():
        columns = batch[0] if isinstance(batch, tuple) else batch
        if not isinstance(columns, Mapping):
            raise ValueError(
                "Argument `data` must be a data set of dictionaries of columns. "
                f"Received: elements of {type(columns).__name__}. Pass for example "
                "`keras_mlp.data.table(...)` returns."
            )
        yield raw_columns(columns)
