"""Batches of examples that are held in memory."""

import math
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.batches.batching import Batching, Choose, Preprocess, as_written


class InMemoryExamples:
    """Examples that tensors hold.

    Args:
        *parts: Inputs, and targets where there are some: tensors of shape `(count,
            ...)`, in any structure. Of images, uint8 and int64 tensors.
        places: Which of them there are, and in which order: int64 array of places.
            Defaults to `None`, all in their order.
    """

    # Shape of what an order has for each place: the number of one row.
    order_shape: tuple[int, ...] = ()

    def __init__(
        self, *parts: Any, places: np.ndarray | tf.Tensor | None = None
    ) -> None:
        self._parts = parts
        if places is None:
            places = np.arange(tf.nest.flatten(parts)[0].shape[0])
        with tf.device("CPU:0"):
            self._places = tf.constant(places, tf.int64)

    def batches(
        self,
        batching: Batching,
        epoch: tf.Tensor,
        prepare: Preprocess,
        joined: int,
        skip: int,
    ) -> tf.data.Dataset:
        """Returns an epoch, as `Examples` says."""
        order = self.orders(batching, epoch[tf.newaxis])[0]
        rows = batching.batch_size * joined

        @as_written
        def rows_of(element: tf.Tensor) -> tuple[Any, ...]:
            chosen = order[element * rows : (element + 1) * rows]
            if batching.used % rows == 0:
                chosen = tf.ensure_shape(chosen, (rows, *chosen.shape[1:]))
            return prepare(*_rows(self._parts, chosen))

        elements = math.ceil(batching.used / rows)
        return tf.data.Dataset.range(skip // joined, elements).map(
            rows_of, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
        )

    def part(
        self, batching: Batching, choose: Choose
    ) -> tuple["InMemoryExamples", int]:
        """Returns some of the examples and their number, as `Examples` says."""
        all_places = tf.data.Dataset.from_tensor_slices(self._places)
        chosen = choose(all_places.batch(batching.batch_size))
        places = np.concatenate(
            [np.empty(0, np.int64), *chosen.as_numpy_iterator()], dtype=np.int64
        )
        return self.at(places), len(places)

    def at(self, places: np.ndarray) -> "InMemoryExamples":
        """Returns some of the examples.

        Args:
            places: Their places in the tensors.
        """
        return InMemoryExamples(*self._parts, places=places)

    @property
    def parts(self) -> tuple[Any, ...]:
        """All that the tensors hold, in the order of the places."""
        return self._parts

    def orders(self, batching: Batching, epochs: tf.Tensor) -> tf.Tensor:
        """Returns the places of the examples in the orders of epochs, int64.

        Args:
            batching: How the examples become batches.
            epochs: int64 numbers of the epochs, `(count,)`.
        """
        if batching.shuffle:
            # Not `index_shuffle`, which needs no table of the order: its four rounds
            # spread the examples almost evenly over the batches, and pairs that share
            # a batch meet again in the next epoch far more often than by chance.
            orders = _shuffled(self._places, batching.seed_of(epochs))
        else:
            orders = tf.tile(self._places[tf.newaxis], [tf.size(epochs), 1])
        return orders[:, : batching.used]

    def all_rows(self) -> tuple[Any, ...]:
        """Returns inputs and targets of the examples, in the order of their places."""
        return _rows(self._parts, self._places)

    @property
    def places(self) -> np.ndarray:
        """Places of the examples in the tensors, int64."""
        return self._places.numpy()


# One program for all: the shuffle is twenty small operations.
@tf.function(
    autograph=False,
    input_signature=[
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((None, 2), tf.int64),
    ],
)
def _shuffled(places: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
    """Returns the places in an order for each seed, `(seeds, places)`."""
    return tf.map_fn(
        lambda seed: tf.random.experimental.stateless_shuffle(
            places, seed=seed, alg="philox"
        ),
        seeds,
        fn_output_signature=tf.TensorSpec((None,), tf.int64),
    )


def _rows(parts: tuple[Any, ...], places: tf.Tensor) -> tuple[Any, ...]:
    with tf.device("CPU:0"):
        return tf.nest.map_structure(lambda values: tf.gather(values, places), parts)
