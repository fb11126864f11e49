"""Columns by which rows are put in the order of time."""

from typing import Any

import numpy as np

from keras_mlp.data.tables.description.profile import type_name


def sortable(name: str, values: Any) -> np.ndarray:
    """Returns numbers in the order of a column's dates or numbers.

    Args:
        name: Name of the column, for the message.
        values: Its values, of `pyarrow`.

    Raises:
        ValueError: If it holds other values, or has gaps.
    """
    import pyarrow
    from pyarrow import compute

    if values.null_count:
        raise ValueError(
            f"Argument `time` must name a column with a value in each row. Received: "
            f"{name!r}, with {values.null_count:,} gaps. Pass another, or leave those "
            "rows out of the table."
        )
    if type_name(values.type) == "text":
        try:
            # As dates are stored in data sets of TFDS.
            values = values.cast(pyarrow.string()).cast(pyarrow.timestamp("us"))
        except pyarrow.ArrowException as error:
            raise ValueError(
                "Argument `time` must name a column of numbers, or of dates such as "
                f"2024-05-01. Received: {name!r}, which holds texts such as "
                f"{values[0].as_py()!r}. Write them in this way, or pass another "
                "column."
            ) from error
    return compute.rank(values, tiebreaker="dense").to_numpy().astype("int64")
