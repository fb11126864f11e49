"""Tables as the inputs of a model: encoded once, where they fit in memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.learning.table_batches import ROWS
from keras_mlp.data.columns.raw_columns import as_tensors, holds_columns
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.training.feeding.arrays import is_loaded

# A table that is larger once it is encoded is encoded batch by batch.
ENCODED_BYTES = 2**30


def prepared_inputs(preprocessing: Any, x: Any) -> Any:
    """Returns inputs as a model trains on them fastest.

    A data frame, a dictionary of columns or a table in memory is encoded here, once; a
    data set of columns in its pipeline, ahead of the steps.

    Args:
        preprocessing: The model's.
        x: The argument `x` of `fit`.
    """
    if not isinstance(preprocessing, TabularPreprocessing):
        return x
    preprocessing.check_adapted()
    if isinstance(x, tf.data.Dataset):
        if getattr(x, "in_memory", False) and _fits(preprocessing, x.rows):
            return x.with_inputs(preprocessing.encode)
        return _encoded_ahead(preprocessing, x)
    if not holds_columns(x):
        return x
    columns = preprocessing.raw(x)
    rows = len(next(iter(columns.values())))
    if not _fits(preprocessing, rows):
        return as_tensors(columns)
    return encoded(preprocessing, columns)


def _encoded_ahead(
    preprocessing: TabularPreprocessing, dataset: tf.data.Dataset
) -> tf.data.Dataset:
    spec = dataset.element_spec
    columns = spec[0] if isinstance(spec, tuple) else spec
    # What `data.table` reads from files resumes by itself, which `map` would undo. Its
    # batches are encoded in the steps.
    if not isinstance(columns, Mapping) or is_loaded(dataset):
        return dataset

    @tf.autograph.experimental.do_not_convert
    def encode(x: Any, *others: Any) -> Any:
        matrix = preprocessing.encode(x)
        return (matrix, *others) if isinstance(spec, tuple) else matrix

    return dataset.map(encode, tf.data.AUTOTUNE, deterministic=True)


def encoded(
    preprocessing: TabularPreprocessing, columns: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Returns all rows of a table encoded, float32 `[rows, encoded_width]`.

    Args:
        preprocessing: The layer, adapted.
        columns: Raw columns, as its `raw` returns them.
    """
    rows = len(next(iter(columns.values())))
    matrix = np.empty((rows, preprocessing.encoded_width), "float32")
    for start in range(0, rows, ROWS):
        part = slice(start, start + ROWS)
        chosen = as_tensors({n: v[part] for n, v in columns.items()})
        matrix[part] = preprocessing.encode(chosen)
    return matrix


def _fits(preprocessing: TabularPreprocessing, rows: int) -> bool:
    return 4 * rows * preprocessing.encoded_width <= ENCODED_BYTES
