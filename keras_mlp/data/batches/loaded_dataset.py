"""The data set that `load` returns."""

import dataclasses
import math
from typing import Any, Self

import tensorflow as tf

from keras_mlp.data.batches.batching import (
    Batching,
    Choose,
    Examples,
    Preprocess,
    as_they_are,
    as_written,
)
from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.parted_dataset import PartedDataset
from keras_mlp.data.drawn_seed import drawn_seed


class LoadedDataset(PartedDataset):
    """Batches whose order is a function of `seed` and the epoch.

    A `tf.data.Dataset` in all respects but one: `take`, `skip` and `shard` choose
    batches of the order of the files, and what they return is shuffled by itself.

    Attributes:
        epoch: int64 `tf.Variable`: the number that the next iteration will have.
        seed: Integer that fixes the orders.
        batch_size: Number of examples in a batch.
        preprocess: From inputs and targets as they are held, such as uint8 images and
            integer labels, to what is yielded.
        shuffled: Whether each epoch has an order of its own.
        class_names: Name of each class, in the order of the labels.

    Args:
        examples: Where the examples are read from.
        batching: How they become batches.
        class_names: As above. Defaults to `None`, for examples without classes.
        epoch: The variable of another data set that counts this one's epochs, too.
            Defaults to one of its own.

    Example:

    ```python
    import keras_mlp

    train = keras_mlp.data.load("mnist_5k", "train", batch_size=100, seed=0)
    held_out, train = train.split_at(8)
    assert (len(held_out), len(train)) == (8, 32)
    ```
    """

    def __init__(
        self,
        examples: Examples,
        batching: Batching,
        class_names: tuple[str, ...] | None = None,
        epoch: tf.Variable | None = None,
    ) -> None:
        self._examples = examples
        self._batching = batching
        self.seed = batching.seed
        self.batch_size = batching.batch_size
        self.preprocess = batching.preprocess
        self.shuffled = batching.shuffle
        self.class_names = class_names
        if epoch is None:
            with tf.device("CPU:0"):
                epoch = tf.Variable(0, dtype=tf.int64, trainable=False, name="epoch")
        self.epoch = epoch
        super().__init__(self._one_epoch(batching.preprocess))

    def with_seed(self, seed: int) -> Self:
        """Returns the same examples, in the orders of another seed.

        Args:
            seed: Integer of at least 0.

        Raises:
            ValueError: If it is no such integer.

        Example:

        ```python
        import keras_mlp

        train = keras_mlp.data.load("mnist_5k", seed=0)
        assert train.with_seed(1).seed == 1
        ```
        """
        batching = dataclasses.replace(self._batching, seed=drawn_seed(seed))
        return self._with(self._examples, batching)

    def whole_batches(self) -> Self:
        """Returns the same batches without a last one that is not full.

        If there are too few examples for a full batch, that batch stays.

        Example:

        ```python
        import keras_mlp

        train = keras_mlp.data.load("mnist_5k", batch_size=300)
        assert (len(train), len(train.whole_batches())) == (14, 13)
        ```
        """
        full = self._batching.count >= self.batch_size
        batching = dataclasses.replace(self._batching, drop_remainder=full)
        return self._with(self._examples, batching)

    def endless(self) -> tf.data.Dataset:
        """Returns the batches of one epoch after the other, from `epoch` on."""
        return self._every_epoch(self.preprocess)

    def deferred(self, batches: int = 1, endless: bool = False) -> tf.data.Dataset:
        """Returns the batches before `preprocess`, for programs that apply it.

        Args:
            batches: Number of batches in an element.
            endless: Whether one epoch follows the other.
        """
        epochs = self._every_epoch if endless else self._one_epoch
        return epochs(as_they_are, batches)

    def rest(
        self, skip: int, batches: int = 1, deferred: bool = False
    ) -> tf.data.Dataset:
        """Returns what is left of an epoch after its first batches.

        Args:
            skip: Number of batches that are left out, a multiple of `batches`.
            batches: Number of batches in an element.
            deferred: Whether the batches are as they are on disk.
        """
        prepare = as_they_are if deferred else self.preprocess
        return self._one_epoch(prepare, batches, skip)

    @property
    def resident(self) -> tuple[Any, ...] | None:
        """Tensors with the rows of all examples, `None` where files are read."""
        examples = self._examples
        return examples.parts if isinstance(examples, InMemoryExamples) else None

    @property
    def used(self) -> int:
        """Number of examples in an epoch."""
        return self._batching.used

    @property
    def order_shape(self) -> tuple[int, ...]:
        """Shape of what `orders` has for each place: `()` for the number of a row."""
        assert isinstance(self._examples, InMemoryExamples)
        return self._examples.order_shape

    def orders(self, epochs: tf.Tensor) -> tf.Tensor:
        """Returns the places in `resident` of the examples, in the orders of epochs.

        Args:
            epochs: int64 numbers of the epochs.
        """
        assert isinstance(self._examples, InMemoryExamples)
        return self._examples.orders(self._batching, epochs)

    def _part(self, choose: Choose) -> "LoadedDataset":
        examples, count = self._examples.part(self._batching, choose)
        return self._with(examples, dataclasses.replace(self._batching, count=count))

    def _with(self, examples: Examples, batching: Batching) -> "LoadedDataset":
        """Returns a data set like this one of other examples."""
        return LoadedDataset(examples, batching, self.class_names)

    def _one_epoch(
        self, prepare: Preprocess, joined: int = 1, skip: int = 0
    ) -> tf.data.Dataset:
        epoch, examples, batching = self.epoch, self._examples, self._batching

        @as_written
        def next_epoch(_: tf.Tensor) -> tf.Tensor:
            return epoch.assign_add(1) - 1

        @as_written
        def batches_of(number: tf.Tensor) -> tf.data.Dataset:
            return examples.batches(batching, number, prepare, joined, skip)

        return (
            # The number is drawn when the first batch is asked for. Keras makes
            # iterators that it never draws from, and those must not use an epoch up.
            tf.data.Dataset.from_tensors(0)
            .map(next_epoch)
            .flat_map(batches_of)
            .prefetch(tf.data.AUTOTUNE)
            .apply(
                tf.data.experimental.assert_cardinality(
                    math.ceil((batching.steps - skip) / joined)
                )
            )
            .with_options(_options())
        )

    def _every_epoch(self, prepare: Preprocess, joined: int = 1) -> tf.data.Dataset:
        epoch, examples, batching = self.epoch, self._examples, self._batching

        @as_written
        def all_epochs(_: tf.Tensor) -> tf.data.Dataset:
            return tf.data.Dataset.range(epoch.read_value(), tf.int64.max)

        @as_written
        def numbered(number: tf.Tensor) -> tf.data.Dataset:
            numbers = tf.data.Dataset.from_tensors(number).repeat()
            batches = examples.batches(batching, number, prepare, joined, 0)
            return tf.data.Dataset.zip(numbers, batches)

        @as_written
        def begin(number: tf.Tensor, batch: Any) -> Any:
            # Here, and not where epochs are prepared: that runs ahead.
            epoch.assign(number + 1)
            return batch

        options = _options()
        # It would put elements in store after `begin`, too.
        options.experimental_optimization.inject_prefetch = False
        return (
            tf.data.Dataset.from_tensors(0)
            .flat_map(all_epochs)
            .flat_map(numbered)
            # Large elements would fill the memory.
            .prefetch(tf.data.AUTOTUNE if joined == 1 else 2)
            .map(begin)
            .with_options(options)
        )


def _options() -> tf.data.Options:
    options = tf.data.Options()
    # There are no files to divide among workers that TensorFlow could see.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.DATA
    )
    return options
