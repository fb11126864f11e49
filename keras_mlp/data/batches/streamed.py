"""Batches of examples that are read from disk in each epoch."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.data.batches.batching import Batching, Choose, Preprocess, as_written

# What of a streamed set is held at a time in order to mix it, still compressed.
SHUFFLE_BYTES = 256 * 2**20


class StreamedExamples:
    """Examples that are read from disk.

    Args:
        compressed: Compressed images and labels, in the order of the files.
        decode: From a compressed image to a uint8 image.
        example_bytes: Size of a compressed example, for sizing the shuffle buffer.
    """

    def __init__(
        self,
        compressed: tf.data.Dataset,
        decode: Callable[[Any], tf.Tensor],
        example_bytes: int,
    ) -> None:
        self._compressed = compressed
        self._decode = decode
        self._example_bytes = example_bytes

    def batches(
        self,
        batching: Batching,
        epoch: tf.Tensor,
        prepare: Preprocess,
        joined: int,
        skip: int,
    ) -> tf.data.Dataset:
        """Returns an epoch, as `Examples` says."""

        @as_written
        def decode_example(
            image: tf.Tensor, label: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor]:
            return self._decode(image), label

        ordered = self._compressed
        if batching.shuffle:
            # `Dataset.shuffle` mixes TensorFlow's global seed with its own. Without
            # one, the order is a function of (seed, epoch) alone.
            tf.compat.v1.get_default_graph().seed = None
            ordered = ordered.shuffle(
                shuffle_buffer(batching.count, self._example_bytes),
                seed=tf.random.stateless_uniform(
                    (),
                    seed=batching.seed_of(epoch),
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
                as_written(prepare),
                num_parallel_calls=tf.data.AUTOTUNE,
                deterministic=True,
            )
        )

    def part(
        self, batching: Batching, choose: Choose
    ) -> tuple["StreamedExamples", int]:
        """Returns some of the examples and their number, as `Examples` says."""
        size = batching.batch_size
        chosen = choose(self._compressed.batch(size)).unbatch()
        numbers = choose(tf.data.Dataset.range(batching.count).batch(size))
        count = sum(len(batch) for batch in numbers.as_numpy_iterator())
        return StreamedExamples(chosen, self._decode, self._example_bytes), count


def shuffle_buffer(count: int, example_bytes: int) -> int:
    """Returns how many examples of a streamed set are held in order to mix them.

    Args:
        count: Number of examples.
        example_bytes: Size of a compressed one.
    """
    # TensorFlow takes no buffer of 0, which nothing would need.
    return max(1, min(count, max(1024, SHUFFLE_BYTES // max(1, example_bytes))))
