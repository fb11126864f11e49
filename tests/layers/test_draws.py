"""Random numbers that are the same with and without XLA."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp.layers.draws import uniform


@pytest.mark.parametrize("shape", [(), (3,), (128, 7), (5, 0, 2)])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_draws_what_keras_draws(shape, jit_compile):
    ours, stock = (keras.random.SeedGenerator(5) for _ in range(2))
    draw = tf.function(
        lambda: uniform(shape, ours), autograph=False, jit_compile=jit_compile
    )
    for _ in range(2):
        expected = keras.random.uniform(shape, seed=stock)
        np.testing.assert_array_equal(draw(), expected)
