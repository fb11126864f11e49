"""The examples of several networks, each with orders of its own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.batches.batching import Batching, as_they_are, as_written
from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.loaded_dataset import LoadedDataset


class StackedExamples(InMemoryExamples):
    """Examples of which each network has its own, in orders of its own.

    A batch has an axis for the networks after the first.

    Args:
        datasets: For each network, a data set in memory, of the same number of batches.
    """

    def __init__(self, datasets: Sequence[LoadedDataset]) -> None:
        held = [dataset.resident for dataset in datasets]
        with tf.device("CPU:0"):
            super().__init__(
                *tf.nest.map_structure(lambda *rows: tf.concat(rows, axis=0), *held)
            )
        counts = [tf.nest.flatten(rows)[0].shape[0] for rows in held]
        self._datasets = datasets
        self.order_shape = (len(datasets),)
        # Where the examples of each begin.
        self._starts = np.cumsum([0, *counts[:-1]])
        self._ordered = tf.function(as_written(self._orders), reduce_retracing=True)

    def orders(self, batching: Batching, epochs: tf.Tensor) -> tf.Tensor:
        """Returns the places of each network's examples, `(epochs, rows, networks)`."""
        return self._ordered(epochs)

    def _orders(self, epochs: tf.Tensor) -> tf.Tensor:
        orders = [
            dataset.orders(epochs) + start
            for dataset, start in zip(self._datasets, self._starts, strict=True)
        ]
        return tf.stack(orders, axis=2)


def stacked_dataset(datasets: Sequence[LoadedDataset]) -> LoadedDataset:
    """Returns the batches of several networks as those of one.

    Args:
        datasets: For each network, a data set in memory, of the same number of batches.
    """
    first = datasets[0]
    batching = Batching(
        count=first.used,
        batch_size=first.batch_size,
        drop_remainder=False,
        shuffle=True,
        seed=0,  # Each has its own.
        preprocess=as_they_are,
    )
    return LoadedDataset(StackedExamples(datasets), batching)


def on_top(parts: Sequence[Any]) -> np.ndarray:
    """Returns arrays of several networks as one, with an axis for these after rows.

    Args:
        parts: An array for each network, of the same shape.
    """
    return np.stack([np.asarray(part) for part in parts], axis=1)
