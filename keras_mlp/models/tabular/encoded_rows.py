"""All rows of what a model is adapted to, encoded."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.learning.table_batches import rows_in_memory
from keras_mlp.data.columns.raw_columns import holds_columns
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.models.inputs.moments import batches_of
from keras_mlp.models.inputs.table_inputs import encoded


def has_names(data: Any) -> bool:
    """Returns whether data are the columns of a table, by name.

    Args:
        data: What `adapt` is given.
    """
    if isinstance(data, tf.data.Dataset):
        spec = data.element_spec
        return isinstance(spec[0] if isinstance(spec, tuple) else spec, Mapping)
    return holds_columns(data)


def encoded_rows(preprocessing: Any, data: Any) -> np.ndarray:
    """Returns all rows as the network sees them, but for embeddings.

    Args:
        preprocessing: A `TabularPreprocessing`, adapted, for data with names; for
            others, a layer or `None`.
        data: What `adapt` is given.

    Returns:
        float32, `[rows, columns]`; categories with an embedding are whole numbers, the
        last columns.

    Raises:
        ValueError: If an example is no row of numbers.
    """
    at_hand = rows_in_memory(data)
    if at_hand is not None:
        data = at_hand[0]
    if has_names(data):
        if not isinstance(data, tf.data.Dataset):
            return encoded(preprocessing, preprocessing.raw(data))
        batches = [
            np.asarray(preprocessing.encode(batch[0] if _is_pair(batch) else batch))
            for batch in data
        ]
    else:
        batches = [_processed(preprocessing, batch) for batch, _, _ in batches_of(data)]
    if batches and batches[0].ndim != 2:
        raise ValueError(
            "Argument `data` must hold a row of numbers for each example. Received: "
            f"examples of the shape {batches[0].shape[1:]}. Flatten them, such as by "
            "`data.reshape(len(data), -1)`."
        )
    return np.concatenate(batches) if batches else np.empty((0, 1), "float32")


def _is_pair(batch: Any) -> bool:
    return isinstance(batch, tuple)


def _processed(preprocessing: Any, batch: np.ndarray) -> np.ndarray:
    batch = np.asarray(batch, "float32")
    if preprocessing is None:
        return batch
    return keras.ops.convert_to_numpy(preprocessing(batch))


def learnt_rows(
    model: Any, data: Any, make_preprocessing: Callable[[], TabularPreprocessing]
) -> np.ndarray:
    """Learns the columns that a model takes by name, and returns all rows, encoded.

    Args:
        model: A model with `preprocessing`, which is made here where `data` name their
            columns and there is none.
        data: The training data.
        make_preprocessing: Makes the preprocessing.
    """
    if model.preprocessing is None and has_names(data):
        model.preprocessing = make_preprocessing()
    if model.takes_columns and not model.preprocessing.is_adapted:
        model.preprocessing.adapt(data)
    return encoded_rows(model.preprocessing, data)
