"""Data frames with text, dates and gaps, as the rows that a network is trained on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_mlp.data import TabularPreprocessing
from keras_mlp.data.columns.raw_columns import is_frame, raw_columns
from keras_mlp.models.inputs.table_inputs import encoded


class Columns:
    """The columns of a table, of which rows are chosen as of an array.

    Args:
        columns: Raw columns by name, each `[rows]`.
    """

    def __init__(self, columns: Mapping[str, np.ndarray]) -> None:
        self.columns = columns

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self), len(self.columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, rows: np.ndarray) -> "Columns":
        """Returns some of the rows.

        Args:
            rows: Their numbers, or which they are, a Boolean for each.
        """
        return Columns({name: column[rows] for name, column in self.columns.items()})


def columns_of(X: Any, preprocessing: Any) -> Columns | None:
    """Returns the columns of a data frame; `None` for rows of numbers.

    Args:
        X: What `fit` is given.
        preprocessing: The estimator's argument.

    Raises:
        ValueError: If the argument is none of those that there are, or goes with data
            frames and `X` is none.
    """
    given = isinstance(preprocessing, TabularPreprocessing)
    if not (given or preprocessing is None or preprocessing == "auto"):
        raise ValueError(
            "Argument `preprocessing` must be 'auto', a TabularPreprocessing, or None. "
            f"Received: preprocessing={preprocessing!r}. Pass one of them."
        )
    if not is_frame(X):
        if given:
            raise ValueError(
                "A TabularPreprocessing takes columns by name. Received: X of type "
                f"{type(X).__name__}. Pass a data frame."
            )
        return None
    if preprocessing is None or not all(isinstance(name, str) for name in X.columns):
        return None
    columns = raw_columns(X)
    if not given and all(map(_is_plain, columns.values())):
        return None
    return Columns(columns)


def copied(preprocessing: Any) -> TabularPreprocessing | None:
    """Returns a layer like the one that an estimator was given; `None` if it was none.

    Args:
        preprocessing: The estimator's argument.
    """
    if not isinstance(preprocessing, TabularPreprocessing):
        return None
    return TabularPreprocessing.from_config(preprocessing.get_config())


def preprocessing_of(
    X: Any, preprocessing: Any, sample_weight: np.ndarray | None
) -> TabularPreprocessing | None:
    """Returns what turns a data frame into rows, adapted; `None` for rows of numbers.

    Args:
        X: What `fit` is given.
        preprocessing: The estimator's argument.
        sample_weight: `[examples]`; what has weight 0 is as good as left out.

    Raises:
        ValueError: As for `columns_of`.
    """
    table = columns_of(X, preprocessing)
    if table is None:
        return None
    layer = copied(preprocessing) or TabularPreprocessing()
    if not layer.is_adapted:
        if sample_weight is not None:
            table = table[np.asarray(sample_weight) > 0]
        layer.adapt(table.columns)
    return layer


def rows_of(X: Any, preprocessing: TabularPreprocessing) -> np.ndarray:
    """Returns the rows of a data frame as numbers, float32 `[examples, width]`.

    Args:
        X: The data frame.
        preprocessing: The layer, adapted.
    """
    return encoded(preprocessing, preprocessing.raw(X))


def _is_plain(column: np.ndarray) -> bool:
    return column.dtype.kind == "f" and not np.isnan(column).any()
