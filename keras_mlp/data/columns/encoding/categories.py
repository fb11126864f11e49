"""Columns of categories as places, and places as inputs of a network."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.category_column import SPECIAL, UNKNOWN, CategoryColumn

# Stands between the number of a column and a category.
_BETWEEN = "\n"


class CategoryLookup:
    """Looks the categories of all columns up at once.

    Args:
        columns: The columns by their names, complete.
    """

    def __init__(self, columns: Mapping[str, CategoryColumn]) -> None:
        words, places = [], [UNKNOWN]
        for number, column in enumerate(columns.values()):
            known = ("", *(column.vocabulary or ()))
            words += [f"{number}{_BETWEEN}{word}" for word in known]
            # The place of what is missing, and those after the two special ones.
            places += [0, *range(SPECIAL, column.places)]
        self._prefixes = [f"{number}{_BETWEEN}" for number in range(len(columns))]
        self._places = np.array(places, "int32")
        with tf.init_scope():
            # Its table is to belong to no graph. What it does not know has number 0.
            self.lookup = keras.layers.StringLookup(vocabulary=words)

    def __call__(self, texts: Any) -> Any:
        """Returns the place of each category, int32.

        Args:
            texts: Strings, `[batch, columns]`.
        """
        prefixes = tf.broadcast_to(self._prefixes, tf.shape(texts))
        numbers = self.lookup(tf.strings.join([prefixes, texts]))
        return tf.gather(self._places, numbers)


class OneHotEncoding:
    """Turns the places of several columns into inputs that are 0, 1 or -1.

    Args:
        columns: The columns, complete, without those that have an embedding.
    """

    def __init__(self, columns: Sequence[CategoryColumn]) -> None:
        lit = [(i, *places) for i, c in enumerate(columns) for places in c.lit]
        self._columns = np.array([i for i, _, _ in lit], "int32")
        self._ones = np.array([one for _, one, _ in lit], "int32")
        # No place has the number -1.
        negative = [-1 if place is None else place for _, _, place in lit]
        self._negative = np.array(negative, "int32")

    def __call__(self, codes: Any) -> Any:
        """Returns float32 `[batch, sum of widths]`.

        Args:
            codes: int32, `[batch, columns]`.
        """
        spread = tf.gather(codes, self._columns, axis=1)
        inputs = tf.cast(tf.equal(spread, self._ones), tf.float32)
        if (self._negative < 0).all():
            return inputs
        return inputs - tf.cast(tf.equal(spread, self._negative), tf.float32)
