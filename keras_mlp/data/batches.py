"""From examples to batches: the two `tf.data` pipelines behind `load`."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

Preprocess = Callable[..., tuple[Any, ...]]

# AutoGraph would take a third of a second to rewrite functions that have no Python
# conditions on tensors.
_as_written = tf.autograph.experimental.do_not_convert

# What of a streamed set is held at a time in order to mix it, still compressed.
SHUFFLE_BYTES = 256 * 2**20


@dataclasses.dataclass(frozen=True, kw_only=True)
class Batching:
    """How examples become batches.

    Args:
        count: Number of examples.
        batch_size: Number of examples in a batch.
        drop_remainder: Whether a last batch with fewer examples is left out.
        shuffle: Whether each epoch has an order of its own.
        seed: Integer that fixes all these orders.
        preprocess: From uint8 images and integer labels to what is yielded.
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


def in_memory_batches(
    images: tf.Tensor, labels: tf.Tensor, batching: Batching
) -> tf.data.Dataset:
    """Returns batches gathered from tensors that hold all examples.

    Args:
        images: uint8 tensor of shape `(count, height, width, channels)`.
        labels: int64 tensor of shape `(count,)`.
        batching: How the examples become batches.
    """

    def batches_of(
        epoch: tf.Tensor, prepare: Preprocess, joined: int, skip: int
    ) -> tf.data.Dataset:
        order = tf.range(batching.count, dtype=tf.int64)
        if batching.shuffle:
            # Not `index_shuffle`, which needs no table of the order: its four rounds
            # spread the examples almost evenly over the batches, and pairs that share
            # a batch meet again in the next epoch far more often than by chance.
            order = tf.random.experimental.stateless_shuffle(
                order, seed=_seed_of(batching.seed, epoch), alg="philox"
            )
        order = order[: batching.used]
        rows = batching.batch_size * joined

        @_as_written
        def rows_of(element: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            chosen = order[element * rows : (element + 1) * rows]
            if batching.used % rows == 0:
                chosen = tf.ensure_shape(chosen, (rows,))
            return prepare(tf.gather(images, chosen), tf.gather(labels, chosen))

        elements = math.ceil(batching.used / rows)
        return tf.data.Dataset.range(skip // joined, elements).map(
            rows_of, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
        )

    return _by_epoch(batches_of, batching)


def streamed_batches(
    examples: tf.data.Dataset,
    decode: Callable[[tf.Tensor], tf.Tensor],
    example_bytes: int,
    batching: Batching,
) -> tf.data.Dataset:
    """Returns batches read from disk in each epoch.

    Args:
        examples: Compressed images and labels, in the order of the files.
        decode: From a compressed image to a uint8 image.
        example_bytes: Size of a compressed example, for sizing the shuffle buffer.
        batching: How the examples become batches.
    """

    @_as_written
    def decode_example(
        image: tf.Tensor, label: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        return decode(image), label

    def batches_of(
        epoch: tf.Tensor, prepare: Preprocess, joined: int, skip: int
    ) -> tf.data.Dataset:
        ordered = examples
        if batching.shuffle:
            # `Dataset.shuffle` mixes TensorFlow's global seed with its own. Without
            # one, the order is a function of (seed, epoch) alone.
            tf.compat.v1.get_default_graph().seed = None
            ordered = ordered.shuffle(
                shuffle_buffer(batching.count, example_bytes),
                seed=tf.random.stateless_uniform(
                    (),
                    seed=_seed_of(batching.seed, epoch),
                    minval=1,
                    maxval=tf.int64.max,
                    dtype=tf.int64,
                    alg="philox",
                ),
                reshuffle_each_iteration=False,
            )
        rows = batching.batch_size * joined
        return (
            ordered.take(batching.used)
            .skip(skip * batching.batch_size)
            .map(
                decode_example, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
            )
            .batch(rows, drop_remainder=batching.used % rows == 0)
            .map(
                _as_written(prepare),
                num_parallel_calls=tf.data.AUTOTUNE,
                deterministic=True,
            )
        )

    return _by_epoch(batches_of, batching)


def shuffle_buffer(count: int, example_bytes: int) -> int:
    """Returns how many examples of a streamed set are held in order to mix them."""
    return min(count, max(1024, SHUFFLE_BYTES // max(1, example_bytes)))


def _as_they_are(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return images, labels


def _seed_of(seed: int, epoch: tf.Tensor) -> tf.Tensor:
    return tf.stack([tf.constant(seed, tf.int64), epoch])


def _by_epoch(
    batches_of: Callable[[tf.Tensor, Preprocess, int, int], tf.data.Dataset],
    batching: Batching,
) -> tf.data.Dataset:
    """Returns a data set whose n-th iteration is that of epoch n, from 0 on."""
    with tf.device("CPU:0"):
        epoch = tf.Variable(0, dtype=tf.int64, trainable=False, name="epoch")

    @_as_written
    def next_epoch(_: tf.Tensor) -> tf.Tensor:
        return epoch.assign_add(1) - 1

    @_as_written
    def all_epochs(_: tf.Tensor) -> tf.data.Dataset:
        return tf.data.Dataset.range(epoch.read_value(), tf.int64.max)

    @_as_written
    def begin(number: tf.Tensor, batch: Any) -> Any:
        # Here, and not where epochs are prepared: that runs ahead.
        epoch.assign(number + 1)
        return batch

    options = tf.data.Options()
    # There are no files to divide among workers that TensorFlow could see.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.DATA
    )

    def one_epoch(
        prepare: Preprocess, joined: int = 1, skip: int = 0
    ) -> tf.data.Dataset:
        return (
            # The number is drawn when the first batch is asked for. Keras makes
            # iterators that it never draws from, and those must not use an epoch up.
            tf.data.Dataset.from_tensors(0)
            .map(next_epoch)
            .flat_map(
                _as_written(lambda number: batches_of(number, prepare, joined, skip))
            )
            .prefetch(tf.data.AUTOTUNE)
            .apply(
                tf.data.experimental.assert_cardinality(
                    math.ceil((batching.steps - skip) / joined)
                )
            )
            .with_options(options)
        )

    def every_epoch(prepare: Preprocess, joined: int = 1) -> tf.data.Dataset:
        @_as_written
        def numbered(number: tf.Tensor) -> tf.data.Dataset:
            numbers = tf.data.Dataset.from_tensors(number).repeat()
            return tf.data.Dataset.zip(numbers, batches_of(number, prepare, joined, 0))

        exactly = tf.data.Options()
        # It would put elements in store after `begin`, too.
        exactly.experimental_optimization.inject_prefetch = False
        return (
            tf.data.Dataset.from_tensors(0)
            .flat_map(all_epochs)
            .flat_map(numbered)
            # Large elements would fill the memory.
            .prefetch(tf.data.AUTOTUNE if joined == 1 else 2)
            .map(begin)
            .with_options(options.merge(exactly))
        )

    def deferred(batches: int = 1, endless: bool = False) -> tf.data.Dataset:
        """Returns what is a quarter of the bytes, for programs that prepare it.

        Args:
            batches: Number of batches in an element.
            endless: Whether one epoch follows the other.
        """
        epochs = every_epoch if endless else one_epoch
        return epochs(_as_they_are, batches)

    def rest(skip: int, batches: int = 1, deferred: bool = False) -> tf.data.Dataset:
        """Returns what is left of an epoch after its first batches.

        Args:
            skip: Number of batches that are left out, a multiple of `batches`.
            batches: Number of batches in an element.
            deferred: Whether the batches are as they are on disk.
        """
        prepare = _as_they_are if deferred else batching.preprocess
        return one_epoch(prepare, batches, skip)

    dataset = one_epoch(batching.preprocess)
    dataset.epoch = epoch
    dataset.seed = batching.seed
    dataset.batch_size = batching.batch_size
    dataset.endless = lambda: every_epoch(batching.preprocess)
    dataset.deferred = deferred
    dataset.rest = rest
    dataset.preprocess = batching.preprocess
    return dataset
