"""Batches of rows that are read from files in each epoch."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.batches.batching import Batching, Choose, Preprocess, as_written

# What of the rows is held at a time in order to mix them, as tensors.
POOL_BYTES = 2**25

# Rows that are handed over to TensorFlow together.
_TOGETHER = 2**14

# Inputs and targets of some rows.
Block = tuple[Any, ...]


class StreamedRows:
    """Rows that are read from files.

    Args:
        read: Returns an iterator of all rows, in blocks of inputs and targets, as NumPy
            arrays in any structure.
        specification: Shapes and dtypes of a block.
        count: Number of rows that `read` gives.
        row_bytes: About how much memory a row takes.
        chosen: Which of the rows there are: bool array `[count]`. Defaults to all.
    """

    def __init__(
        self,
        read: Callable[[], Iterator[Block]],
        specification: Any,
        count: int,
        row_bytes: int,
        chosen: np.ndarray | None = None,
    ) -> None:
        self._read = read
        self._specification = specification
        self._count = count
        self._row_bytes = row_bytes
        self._chosen = chosen

    @property
    def pool(self) -> int:
        """Number of rows that are mixed with each other."""
        return max(1024, POOL_BYTES // max(1, self._row_bytes))

    @property
    def places(self) -> np.ndarray:
        """Places of the rows among all that are read, int64."""
        if self._chosen is None:
            return np.arange(self._count)
        return np.flatnonzero(self._chosen)

    def at(self, places: np.ndarray) -> "StreamedRows":
        """Returns some of the rows.

        Args:
            places: Their places among all that are read.
        """
        chosen = np.zeros(self._count, bool)
        chosen[places] = True
        return StreamedRows(
            self._read, self._specification, self._count, self._row_bytes, chosen
        )

    def batches(
        self,
        batching: Batching,
        epoch: tf.Tensor,
        prepare: Preprocess,
        joined: int,
        skip: int,
    ) -> tf.data.Dataset:
        """Returns an epoch, as `Examples` says."""
        rows = batching.batch_size * joined
        all_full = batching.used % rows == 0

        def generate(number: np.ndarray) -> Iterator[Block]:
            left = batching.used
            for block in self._mixed(batching, int(number)):
                size = min(left, len(tf.nest.flatten(block)[0]))
                for start in range(0, size, _TOGETHER):
                    yield _slice(block, start, min(size, start + _TOGETHER))
                left -= size
                if not left:
                    return

        @as_written
        def prepared(*block: Any) -> tuple[Any, ...]:
            if all_full:
                block = tf.nest.map_structure(
                    lambda values: tf.ensure_shape(values, (rows,)), block
                )
            return prepare(*block)

        return (
            tf.data.Dataset.from_generator(
                generate, args=(epoch,), output_signature=self._specification
            )
            .rebatch(rows, drop_remainder=all_full)
            .skip(math.ceil(skip / joined))
            .map(prepared, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        )

    def part(self, batching: Batching, choose: Choose) -> tuple["StreamedRows", int]:
        """Returns some of the rows and their number, as `Examples` says."""
        numbers = choose(
            tf.data.Dataset.range(batching.count).batch(batching.batch_size)
        )
        chosen = np.concatenate(
            [
                np.empty(0, np.int64),
                *numbers.rebatch(2**20).as_numpy_iterator(),
            ],
            dtype=np.int64,
        )
        return self.at(self.places[chosen]), len(chosen)

    def _mixed(self, batching: Batching, epoch: int) -> Iterator[Block]:
        """Yields the rows, those of a pool in an order of its own."""
        if not batching.shuffle:
            yield from self._chosen_blocks()
            return
        for number, pool in enumerate(self._pools()):
            order = np.random.default_rng([batching.seed, epoch, number]).permutation(
                len(tf.nest.flatten(pool)[0])
            )
            for start in range(0, len(order), _TOGETHER):
                chosen = order[start : start + _TOGETHER]
                yield _taken(pool, chosen)

    def _pools(self) -> Iterator[Block]:
        waiting: list[Block] = []
        size = 0
        for block in self._chosen_blocks():
            waiting.append(block)
            size += len(tf.nest.flatten(block)[0])
            while size >= self.pool:
                whole = _joined(waiting)
                yield _slice(whole, 0, self.pool)
                size -= self.pool
                waiting = [_slice(whole, self.pool, None)] if size else []
        if size:
            yield _joined(waiting)

    def _chosen_blocks(self) -> Iterator[Block]:
        start = 0
        for block in self._read():
            stop = start + len(tf.nest.flatten(block)[0])
            if self._chosen is None:
                yield block
            else:
                places = np.flatnonzero(self._chosen[start:stop])
                if len(places):
                    yield _taken(block, places)
            start = stop


def _taken(block: Block, places: np.ndarray) -> Block:
    return tf.nest.map_structure(lambda values: values[places], block)


def _slice(block: Block, start: int, stop: int | None) -> Block:
    return tf.nest.map_structure(lambda values: values[start:stop], block)


def _joined(blocks: list[Block]) -> Block:
    return tf.nest.map_structure(lambda *values: np.concatenate(values), *blocks)
