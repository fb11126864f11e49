"""Random numbers that are the same under XLA."""

from typing import Any

import keras
import tensorflow as tf

_MANTISSA = 0x7FFFFF
_ONE = 0x3F800000


def uniform(shape: Any, seed: keras.random.SeedGenerator) -> tf.Tensor:
    """Returns numbers from 0 up to 1, the ones that `keras.random.uniform` draws.

    XLA makes other floats than TensorFlow's kernels of the same random bits. Here both
    make the bits, by the same algorithm, and the floats are put together from these.

    Args:
        shape: Of the result: integers, or an integer tensor.
        seed: Generator of the seeds.

    Returns:
        float32 tensor.
    """
    number = tf.cast(tf.math.floormod(seed.next(), tf.int32.max - 1), tf.int32)
    bits = tf.random.stateless_uniform(
        shape, number, minval=None, maxval=None, dtype=tf.uint32, alg="philox"
    )
    # Between 1 and 2: the last 23 bits as the mantissa, behind the exponent of 1.
    mantissa = tf.bitwise.bitwise_and(bits, tf.constant(_MANTISSA, tf.uint32))
    return tf.bitcast(mantissa | tf.constant(_ONE, tf.uint32), tf.float32) - 1.0
