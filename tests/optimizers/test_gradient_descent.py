import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp.optimizers import GradientDescent
from tests.optimizers.applied import steps

OPTIONS = [
    {},
    {"weight_decay": 0.01},
    {"clipnorm": 0.1},
    {"clipvalue": 0.1},
    {"global_clipnorm": 0.1},
    {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3},
    {"loss_scale_factor": 4.0},
    {"gradient_accumulation_steps": 2},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: str(list(options)))
def test_equals_sgd_without_momentum(options):
    ours = steps(GradientDescent(0.1, **options))
    stock = steps(keras.optimizers.SGD(0.1, **options))
    for our_weight, stock_weight in zip(ours, stock, strict=True):
        np.testing.assert_array_equal(our_weight, stock_weight)


def test_follows_a_schedule():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1], [1.0, 0.1])
    weight = keras.Variable([0.0])
    optimizer = GradientDescent(schedule)
    for expected in (-1.0, -2.0, -2.1):
        optimizer.apply([tf.constant([1.0])], [weight])
        np.testing.assert_allclose(weight, [expected], rtol=1e-6)


def test_updates_rows_of_an_embedding_only_where_used():
    table = keras.Variable(np.ones((4, 2)), dtype="float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table.value, [1, 1, 3]))
    gradient = tape.gradient(loss, table.value)
    assert isinstance(gradient, tf.IndexedSlices)
    GradientDescent(0.5).apply([gradient], [table])
    np.testing.assert_array_equal(table[:, 0], [1, 0, 1, 0.5])


def test_config_makes_the_same_optimizer():
    optimizer = GradientDescent(0.3, clipnorm=1.0, name="descent")
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(again) is GradientDescent
    assert again.get_config() == optimizer.get_config()


def test_has_no_state_but_the_step_and_the_rate():
    optimizer = GradientDescent()
    optimizer.build([keras.Variable([1.0])])
    assert [variable.name for variable in optimizer.variables] == [
        "iteration",
        "learning_rate",
    ]
