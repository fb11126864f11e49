"""Data that stay where they are, of which programs choose the rows of each batch."""

import collections
from collections.abc import Iterator
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.call import Call
from keras_mlp.training.feeding.arrays import as_tensor
from keras_mlp.training.feeding.parts import Chosen, Part


class Orders(Protocol):
    """The order of the rows in each epoch.

    Attributes:
        order_shape: Shape of what an order has for each place: `()` for the number of a
            row, `(networks,)` for one of each of several networks.
    """

    order_shape: tuple[int, ...]

    def next(self, epochs: int) -> np.ndarray:
        """Returns the numbers of the rows of the next epochs, in their orders.

        Args:
            epochs: Number of epochs: the length of the first axis.
        """

    def back(self, epochs: int) -> None:
        """Has the last epochs not count: no step was taken on them."""


class ResidentFeed:
    """The batches of an epoch, as numbers of rows of data in memory.

    It is what `Feed` is to other data. Of epochs that are taken ahead, the orders can
    be asked for before.

    Args:
        data: The rows of all examples: tensors, in any structure.
        orders: The order of the rows in each epoch.
        used: Number of rows in an epoch.
        batch_size: Examples in a batch.
        group: Number of batches in the programs that take most of them.
    """

    def __init__(
        self, data: Any, orders: Orders, used: int, batch_size: int, group: int
    ) -> None:
        self.element_spec = tf.nest.map_structure(
            lambda rows: tf.TensorSpec(
                (None, *orders.order_shape, *rows.shape[1:]), rows.dtype
            ),
            data,
        )
        self.data = data
        self.batches = -(-used // batch_size)
        self.has_data = used > 0
        self._orders = orders
        self._used = used
        self._full = used // batch_size
        self._batch_size = batch_size
        self._group = group
        # Of epochs that were asked for before.
        self._waiting: collections.deque[np.ndarray] = collections.deque()
        self._order = np.empty(0)
        self._begin = 0

    def reset(self) -> None:
        """Begins anew."""
        self.back()

    def epoch(self, first: int = 0) -> Iterator[int]:
        """Yields the number of each group's first batch; `parts` are to be read then.

        Args:
            first: Number of batches of the epoch that are left out.
        """
        self._order = self._next()
        self._begin = first
        while self._begin < self.batches:
            yield self._begin

    def parts(self, most: int) -> Iterator[Part]:
        """Yields the batches of a group.

        Args:
            most: The number of batches.
        """
        begin, size = self._begin, self._batch_size
        count = min(most, self._full - begin)
        if count > 0:
            self._begin += count
            yield self._chosen(self._order[begin * size :][: count * size], count)
        if self._begin == self._full < self.batches and most > max(count, 0):
            self._begin += 1
            yield Chosen(self.data, tf.constant(self._order[None, -self._rest :]), 1)

    def ran_out(self) -> None:
        """Does nothing: the data do not end before an epoch does."""

    def ahead(self, epochs: int) -> list[np.ndarray]:
        """Returns the orders of the next epochs: of full batches, and of the last one.

        The epochs count as begun, and are still to come.

        Args:
            epochs: Number of epochs.

        Returns:
            Numbers of rows, `(epochs, batches, rows)`, for each size of batch.
        """
        missing = epochs - len(self._waiting)
        if missing > 0:
            self._waiting.extend(self._orders.next(missing))
        stack = np.stack([self._waiting[number] for number in range(epochs)])
        used = self._full * self._batch_size
        parts = []
        if self._full:
            shape = (epochs, self._full, self._batch_size, *stack.shape[2:])
            parts.append(stack[:, :used].reshape(shape))
        if self._rest:
            parts.append(stack[:, None, used:])
        return parts

    def drop(self) -> None:
        """Leaves the next epoch out: its steps were taken."""
        self._waiting.popleft()

    def back(self) -> None:
        """Has epochs that were asked for ahead, and are still to come, not count."""
        self._orders.back(len(self._waiting))
        self._waiting.clear()

    @property
    def _rest(self) -> int:
        """Number of rows in a last batch that is not full."""
        return self._used % self._batch_size

    def _next(self) -> np.ndarray:
        return self._waiting.popleft() if self._waiting else self._orders.next(1)[0]

    def _chosen(self, order: np.ndarray, count: int) -> Chosen:
        order = order.reshape(count, self._batch_size, *order.shape[1:])
        if 1 < count < self._group:
            # One program for groups of all sizes: no step is taken on these rows.
            missing = np.zeros((self._group - count, *order.shape[1:]), order.dtype)
            order = np.concatenate([order, missing])
        return Chosen(self.data, tf.constant(order), count)


class LoadedOrders:
    """The orders of a data set that `load` has returned.

    Args:
        dataset: Such a data set, of examples in memory.
    """

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self.order_shape: tuple[int, ...] = dataset.order_shape

    def next(self, epochs: int) -> np.ndarray:
        """Returns the numbers of the rows of the next epochs, as `Orders` says."""
        first = self._dataset.epoch.read_value()
        self._dataset.epoch.assign_add(epochs)
        return self._dataset.orders(first + tf.range(epochs, dtype=tf.int64)).numpy()

    def back(self, epochs: int) -> None:
        """Has the last epochs not count."""
        self._dataset.epoch.assign_sub(epochs)


class AdapterOrders:
    """The orders of arrays: those of Keras.

    Args:
        adapter: Keras' data adapter of the numbers of the rows, in one batch.
    """

    order_shape: tuple[int, ...] = ()

    def __init__(self, adapter: Any) -> None:
        self._dataset = adapter.get_tf_dataset()

    def next(self, epochs: int) -> np.ndarray:
        """Returns the numbers of the rows of the next epochs, as `Orders` says."""
        # Keras begins its data set anew for each epoch.
        batches = [next(iter(self._dataset)) for _ in range(epochs)]
        return np.stack([tf.nest.flatten(batch)[0].numpy() for batch in batches])

    def back(self, epochs: int) -> None:
        """Does nothing: nobody counts them."""


def resident_arrays(call: Call) -> Any:
    """Returns the rows of arrays as tensors, as Keras' data adapter makes them.

    Args:
        call: With arrays of numbers.
    """
    given = keras.utils.pack_x_y_sample_weight(call.x, call.y, call.sample_weight)
    return keras.tree.map_structure(as_tensor, keras.tree.lists_to_tuples(given))
