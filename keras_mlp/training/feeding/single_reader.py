"""Batches of a data set, one at a time."""

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_mlp.training.feeding.parts import Joined, Part, Single
from keras_mlp.training.feeding.structures import without_optionals


class SingleReader:
    """Reads the batches of a data set one at a time.

    Args:
        iterator: Of a `tf.data` data set, or of a `OneBatch`.
    """

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator
        leaves = tf.nest.flatten(getattr(iterator, "element_spec", None))
        self._has_optionals = any(isinstance(leaf, tf.OptionalSpec) for leaf in leaves)

    def parts(self, most: int) -> Iterator[Part]:
        """Yields so many batches, fewer where the data end.

        Args:
            most: The number of batches.
        """
        for _ in range(most):
            try:
                batch = next(self._iterator)
            except StopIteration:
                return
            yield Single(without_optionals(batch) if self._has_optionals else batch)


class ListReader:
    """Reads batches for a program that predicts for several.

    Args:
        iterator: A `tf.data` iterator.
        joined: Number of batches in an element of the data set.
        batch_size: Examples in a batch, where elements hold more than one.
    """

    def __init__(self, iterator: Any, joined: int, batch_size: int | None) -> None:
        self._reader = SingleReader(iterator)
        self._joined = joined
        self._batch_size = batch_size

    def parts(self, most: int) -> Iterator[Part]:
        """Yields one part of so many batches, fewer where the data end.

        Args:
            most: The number of batches.
        """
        elements = max(1, most // self._joined)
        batches = [part.batch for part in self._reader.parts(elements)]  # type: ignore[union-attr]
        if batches:
            yield Joined(batches, self._steps(batches), self._batch_size)

    def _steps(self, batches: list[Any]) -> int:
        if self._batch_size is None:
            return len(batches)
        found = sum(tf.nest.flatten(batch)[0].shape[0] for batch in batches)
        return -(-found // self._batch_size)
