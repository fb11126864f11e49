import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.optimizers.schedules import CosineLog, FlatCosine, TrainingSchedule

T = np.arange(41) / 40
FLAT_COSINE = np.where(T < 0.5, 1, (1 + np.cos(np.pi * (2 * T - 1))) / 2)


def cosine_log(cycles):
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.log2(1 + (2**cycles - 1) * T))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (CosineLog(0.04, 40), 0.04 * cosine_log(4)),
        (CosineLog(2, 40, cycles=1), 2 * cosine_log(1)),
        (FlatCosine(0.15, 40), 0.15 * FLAT_COSINE),
    ],
)
def test_values_are_those_of_the_formula(schedule, expected):
    variable = keras.Variable(0, dtype="int64")
    for step in range(41):
        variable.assign(step)
        for given in (step, variable, keras.ops.convert_to_tensor(float(step))):
            np.testing.assert_allclose(schedule(given), expected[step], atol=1e-6)
    np.testing.assert_allclose(schedule(1000), expected[-1], atol=1e-6)


@pytest.mark.parametrize("make", [CosineLog, FlatCosine])
def test_begins_where_a_fit_does(make):
    schedule, fixed = make(0.1), make(0.1, 50)
    with pytest.raises(ValueError, match=r"total_steps=None\. Pass the number"):
        schedule(0)
    for first in (0, 50):
        schedule.begin(first, 50)
        for step in (0, 3, 30, 50):
            assert float(schedule(first + step)) == float(fixed(step))
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(schedule)
    )
    assert type(again) is make
    assert again.get_config() == schedule.get_config()
    assert again.total_steps is None
    assert float(again(80)) == float(schedule(80))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CosineLog("high"), "`initial_learning_rate` must be a finite number"),
        (lambda: FlatCosine(0.1, 0), "`total_steps` must be a positive integer"),
        (lambda: CosineLog(0.1, 9, cycles=0), "`cycles` must be a positive integer"),
    ],
)
def test_says_what_is_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_schedule_of_ones_own_has_a_factor():
    class Half(TrainingSchedule):
        def factor(self, share):
            return share / 2

    assert float(Half(0.2, 10)(5)) == pytest.approx(0.05)
    with pytest.raises(NotImplementedError, match="method `factor"):
        TrainingSchedule(0.2, 10)(5)


def test_lasts_as_long_as_the_fit_that_runs():
    x = np.ones((6, 2), "float32")

    def trained(schedule):
        model = keras_mlp.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.set_weights([np.ones((2, 1)), np.zeros(1)])
        model.compile(keras.optimizers.SGD(schedule), "mse")
        return model

    model = trained(FlatCosine(0.1))
    model.fit(x, x[:, :1], batch_size=2, epochs=4, verbose=0)
    model.fit(x, x[:, :1], batch_size=2, epochs=2, verbose=0)
    assert float(model.optimizer.learning_rate) == 0
    values = [
        FlatCosine(0.1, steps)(step) for steps in (12, 6) for step in range(steps)
    ]
    listed = keras.optimizers.schedules.PiecewiseConstantDecay(
        list(range(17)), [float(value) for value in values]
    )
    fixed = trained(listed)
    fixed.fit(x, x[:, :1], batch_size=2, epochs=6, verbose=0)
    for ours, theirs in zip(model.get_weights(), fixed.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)

    # As half of a training that is done in two calls.
    halves = trained(FlatCosine(0.1))
    halves.fit(x, x[:, :1], batch_size=2, epochs=2, verbose=0)
    halves.fit(x, x[:, :1], batch_size=2, epochs=4, initial_epoch=2, verbose=0)
    assert float(halves.optimizer.learning_rate) == 0


def test_needs_to_know_how_many_steps_there_are():
    model = keras_mlp.Sequential([keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(CosineLog(0.1)), "mse")
    data = tf.data.Dataset.from_tensors((np.ones((2, 2)), np.ones((2, 1))))
    data = data.filter(lambda x, y: True)
    with pytest.raises(ValueError, match="`total_steps` of CosineLog must be a number"):
        model.fit(data, verbose=0)
    model.fit(data, steps_per_epoch=1, verbose=0)
