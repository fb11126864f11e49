"""How examples become batches."""

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

Preprocess = Callable[..., tuple[Any, ...]]

# From batches in the order of the files to some of them.
Choose = Callable[[tf.data.Dataset], tf.data.Dataset]

# AutoGraph would take a third of a second to rewrite functions that have no Python
# conditions on tensors.
as_written = tf.autograph.experimental.do_not_convert


@dataclasses.dataclass(frozen=True)
class Unchanged:
    """The preprocessing of what is held as it is yielded. All are equal."""

    def __call__(self, *batch: Any) -> tuple[Any, ...]:
        """Returns a batch as it is.

        Args:
            *batch: Inputs, and targets and sample weights where there are some.
        """
        return batch

    def searched(self, *batch: Any) -> tuple[Any, ...]:
        """Returns what of a batch may hold numbers that are not finite: all.

        Args:
            *batch: As above.
        """
        return batch


as_they_are = Unchanged()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Batching:
    """How examples become batches.

    Args:
        count: Number of examples.
        batch_size: Number of examples in a batch.
        drop_remainder: Whether a last batch with fewer examples is left out.
        shuffle: Whether each epoch has an order of its own.
        seed: Integer that fixes all these orders.
        preprocess: From inputs and targets as they are held to what is yielded.
    """

    count: int
    batch_size: int
    drop_remainder: bool
    shuffle: bool
    seed: int
    preprocess: Preprocess

    @property
    def steps(self) -> int:
        """Number of batches in an epoch."""
        full, rest = divmod(self.count, self.batch_size)
        return full if self.drop_remainder or not rest else full + 1

    @property
    def used(self) -> int:
        """Number of examples in an epoch."""
        return min(self.count, self.steps * self.batch_size)

    def seed_of(self, epoch: tf.Tensor) -> tf.Tensor:
        """Returns the seed of an epoch's order, or of several, `(..., 2)`.

        Args:
            epoch: int64 number of the epoch, or several.
        """
        return tf.stack([tf.fill(tf.shape(epoch), np.int64(self.seed)), epoch], axis=-1)


class Examples(Protocol):
    """Where examples are read from."""

    def batches(
        self,
        batching: Batching,
        epoch: tf.Tensor,
        prepare: Preprocess,
        joined: int,
        skip: int,
    ) -> tf.data.Dataset:
        """Returns an epoch.

        Args:
            batching: How the examples become batches.
            epoch: int64 number of the epoch.
            prepare: From inputs and targets as they are held to what is yielded.
            joined: Number of batches in an element.
            skip: Number of batches at the beginning that are left out.
        """

    def part(self, batching: Batching, choose: Choose) -> tuple["Examples", int]:
        """Returns some of the examples, in the order of the files, and their number.

        Args:
            batching: How all the examples become batches.
            choose: From all batches in the order of the files to some of them.
        """
