"""The data set that `load` returns."""

import dataclasses
import math
from typing import Any

import tensorflow as tf

from keras_mlp.data.batches.batching import (
    Batching,
    Choose,
    Examples,
    Preprocess,
    as_written,
)
from keras_mlp.validation import check_positive_integer


class LoadedDataset(tf.data.Dataset):
    """Batches whose order is a function of `seed` and the epoch.

    A `tf.data.Dataset` in all respects but one: `take`, `skip` and `shard` choose
    batches of the order of the files, and what they return is shuffled by itself. Of a
    set that is shuffled anew in each epoch, TensorFlow's would choose other examples in
    each: those held out for validation would be trained on.

    Attributes:
        epoch: int64 `tf.Variable`: the number that the next iteration will have.
        seed: Integer that fixes the orders.
        batch_size: Number of examples in a batch.
        preprocess: From uint8 images and integer labels to what is yielded.
        shuffled: Whether each epoch has an order of its own.

    Args:
        examples: Where the examples are read from.
        batching: How they become batches.

    Example:

    ```python
    import keras_mlp

    train = keras_mlp.data.load("mnist_5k", "train", batch_size=100, seed=0)
    held_out, train = train.split_at(8)
    assert (len(held_out), len(train)) == (8, 32)
    ```
    """

    def __init__(self, examples: Examples, batching: Batching) -> None:
        self._examples = examples
        self._batching = batching
        self.seed = batching.seed
        self.batch_size = batching.batch_size
        self.preprocess = batching.preprocess
        self.shuffled = batching.shuffle
        with tf.device("CPU:0"):
            self.epoch = tf.Variable(0, dtype=tf.int64, trainable=False, name="epoch")
        self._batches = self._one_epoch(batching.preprocess)
        super().__init__(tf.data.experimental.to_variant(self._batches))

    @property
    def element_spec(self) -> Any:
        """Shapes and dtypes of a batch."""
        return self._batches.element_spec

    def _inputs(self) -> list[tf.data.Dataset]:
        # What `tf.data.Dataset` asks of its subclasses.
        return [self._batches]

    def take(self, count: Any, name: str | None = None) -> "LoadedDataset":
        """Returns the first batches of the order of the files, shuffled by themselves.

        Args:
            count: Number of batches; -1, or more than there are, takes all.
            name: As for `tf.data.Dataset.take`.
        """
        return self._part(lambda batches: batches.take(count, name=name))

    def skip(self, count: Any, name: str | None = None) -> "LoadedDataset":
        """Returns all but the first batches of that order, shuffled by themselves.

        Args:
            count: Number of batches; -1, or more than there are, skips all.
            name: As for `tf.data.Dataset.skip`.
        """
        return self._part(lambda batches: batches.skip(count, name=name))

    def shard(
        self, num_shards: Any, index: Any, name: str | None = None
    ) -> "LoadedDataset":
        """Returns every `num_shards`-th batch of that order, shuffled by themselves.

        Args:
            num_shards: Number of shards.
            index: Which of them, from 0 on.
            name: As for `tf.data.Dataset.shard`.
        """
        return self._part(lambda batches: batches.shard(num_shards, index, name=name))

    def split_at(self, batches: int) -> tuple["LoadedDataset", "LoadedDataset"]:
        """Returns `take(batches)` and `skip(batches)`, of which neither is empty.

        Which example is in which part is fixed by the order of the files, before any
        shuffle.

        Args:
            batches: Number of batches of the first part.

        Raises:
            ValueError: If that is no whole number from 1 to one less than there are.
        """
        count = check_positive_integer("batches", batches)
        if count >= self._batching.steps:
            raise ValueError(
                "Argument `batches` must leave a batch for the second part. Received: "
                f"batches={batches}, of a data set of {self._batching.steps}. Pass "
                "fewer, or load with a smaller `batch_size`."
            )
        return self.take(count), self.skip(count)

    def endless(self) -> tf.data.Dataset:
        """Returns the batches of one epoch after the other, from `epoch` on."""
        return self._every_epoch(self.preprocess)

    def deferred(self, batches: int = 1, endless: bool = False) -> tf.data.Dataset:
        """Returns what is a quarter of the bytes, for programs that prepare it.

        Args:
            batches: Number of batches in an element.
            endless: Whether one epoch follows the other.
        """
        epochs = self._every_epoch if endless else self._one_epoch
        return epochs(_as_they_are, batches)

    def rest(
        self, skip: int, batches: int = 1, deferred: bool = False
    ) -> tf.data.Dataset:
        """Returns what is left of an epoch after its first batches.

        Args:
            skip: Number of batches that are left out, a multiple of `batches`.
            batches: Number of batches in an element.
            deferred: Whether the batches are as they are on disk.
        """
        prepare = _as_they_are if deferred else self.preprocess
        return self._one_epoch(prepare, batches, skip)

    def _part(self, choose: Choose) -> "LoadedDataset":
        examples, count = self._examples.part(self._batching, choose)
        return LoadedDataset(examples, dataclasses.replace(self._batching, count=count))

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


def _as_they_are(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return images, labels


def _options() -> tf.data.Options:
    options = tf.data.Options()
    # There are no files to divide among workers that TensorFlow could see.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.DATA
    )
    return options
