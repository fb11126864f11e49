"""A table as batches of raw columns, many rows at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import raw_columns

# Rows that are looked at together.
ROWS = 65_536


def table_batches(data: Any) -> Iterator[dict[str, np.ndarray]]:
    """Yields raw columns of a table or a data set.

    Args:
        data: As for `TabularPreprocessing.adapt`.

    Raises:
        ValueError: If a data set holds no dictionaries.
    """
    if getattr(data, "in_memory", False) and hasattr(data, "all_rows"):
        # In the order of the table, and without beginning an epoch.
        data = data.all_rows()[0]
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
                f"Received: elements of {type(columns).__name__}. Pass such as "
                "`keras_mlp.data.table(...)` returns."
            )
        yield raw_columns(columns)
