"""What the tests of tables share."""

import numpy as np


def rows_of(dataset):
    """Returns inputs and targets of one epoch, as arrays."""
    batches = list(dataset.as_numpy_iterator())
    columns = {
        name: np.concatenate([batch[0][name] for batch in batches])
        for name in batches[0][0]
    }
    if len(batches[0]) == 1:
        return columns, None
    return columns, np.concatenate([batch[1] for batch in batches])


def same(first, second):
    """Returns whether two epochs are the same, NaN included."""
    columns, target = first
    others, other = second
    return (
        list(columns) == list(others)
        and all(
            np.array_equal(
                columns[n], others[n], equal_nan=columns[n].dtype.kind == "f"
            )
            for n in columns
        )
        and np.array_equal(target, other)
    )
