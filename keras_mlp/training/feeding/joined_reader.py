"""Elements that join many batches, cut into these."""

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_mlp.training.feeding.parts import Part, Single, Stacked
from keras_mlp.training.feeding.structures import rows


class JoinedReader:
    """Reads batches from a data set whose elements join many.

    A pipeline makes one element of 8,000 rows faster than it makes 60 of 128, and there
    is nothing to gather. Rows at the end that do not fill a batch are a batch of their
    own: only the last element of an epoch may have such.

    Args:
        iterator: A `tf.data` iterator.
        batch_size: Examples in a batch.
        joined: Number of batches in a full element, and so in the program that takes
            them.
    """

    def __init__(self, iterator: Any, batch_size: int, joined: int) -> None:
        self._iterator = iterator
        self._batch_size = batch_size
        self._joined = joined
        # What is left of an element that was not asked for whole.
        self._rest: Any = None

    def parts(self, most: int) -> Iterator[Part]:
        """Yields the batches of an element: stacked ones, then one that is not full.

        Args:
            most: The most batches. Those that are left come with the next call.
        """
        element, self._rest = self._rest, None
        if element is None:
            try:
                element = next(self._iterator)
            except StopIteration:
                return
        size = self._batch_size
        count = tf.nest.flatten(element)[0].shape[0]
        if count > most * size:
            self._rest = rows(element, most * size, count)
            element, count = rows(element, 0, most * size), most * size
        full = count // size
        if full == 1:
            yield Single(rows(element, 0, size) if count > size else element)
        elif full:
            yield Stacked(self._stack(element, full), full)
        if count > full * size:
            yield Single(rows(element, full * size, count) if full else element)

    def _stack(self, element: Any, full: int) -> Any:
        # One program for elements of all sizes: places without a batch hold zeros, and
        # no step is taken on them.
        most, size = max(full, self._joined), self._batch_size

        def stack(leaf: Any) -> Any:
            used = full * size
            leaf = leaf if leaf.shape[0] == used else leaf[:used]
            if full < most:
                missing = (most - full) * size
                empty = tf.zeros((missing, *leaf.shape[1:]), leaf.dtype)
                leaf = tf.concat([leaf, empty], axis=0)
            return tf.reshape(leaf, (most, size, *leaf.shape[1:]))

        return tf.nest.map_structure(stack, element)
