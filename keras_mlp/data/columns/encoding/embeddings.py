"""Places of categories as trained numbers."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.layers.initializers import seeded_initializer


def make_embeddings(
    columns: Sequence[CategoryColumn], initializer: Any, seed: int | None, dtype: Any
) -> list[keras.layers.Embedding]:
    """Returns an embedding for each column, built.

    Args:
        columns: The columns, complete.
        initializer: Of the embeddings.
        seed: Fixes the initial numbers.
        dtype: Dtype policy of the layers.
    """
    embeddings = []
    for place, column in enumerate(columns):
        embedding = keras.layers.Embedding(
            column.places,
            column.width,
            # Not all the same: several columns may have as many places.
            embeddings_initializer=seeded_initializer(
                initializer, None if seed is None else seed + place
            ),
            name=f"embedding_{place}",
            dtype=dtype,
        )
        embedding.build((None,))
        embeddings.append(embedding)
    return embeddings


def embedded(embedding: keras.layers.Embedding, places: Any) -> Any:
    """Returns the rows of an embedding, whose gradient is dense.

    Keras' optimizers square a sparse gradient entry by entry. A category that is in
    many rows of a batch has as many entries: the sum of their squares is not the square
    of their sum, and Adam would take steps that are too large.

    Args:
        embedding: The embedding.
        places: int32, `[batch]`.
    """
    if embedding.dtype_policy.quantization_mode is not None:
        return embedding(places)
    table = tf.convert_to_tensor(embedding.embeddings)
    # A tensor that is reshaped has a dense gradient, whatever its new shape.
    rows = tf.gather(tf.reshape(table, table.shape), places)
    return tf.cast(rows, embedding.compute_dtype)
