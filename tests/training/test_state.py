"""Every variable that training changes: taken, and put back."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.training.state import TrainingState, training_variables

X = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


class Everything(keras_mlp.Model):
    """Holds one of everything that training can change."""

    def __init__(self):
        super().__init__()
        self.hidden = keras_mlp.layers.Dense(3)
        self.normalization = keras.layers.BatchNormalization()
        self.dropout = keras.layers.Dropout(0.5, seed=1)
        self.outputs_layer = keras_mlp.layers.Dense(1)
        self.second = keras.optimizers.Adam(0.1)
        self.noise = keras.random.SeedGenerator(3)
        self.counted = tf.Variable(0)
        self.generator = tf.random.Generator.from_seed(5)
        # Where they are held does not matter.
        self.held = {"deep": [tf.Variable([1.0, 2.0])]}
        self.own_metric = keras.metrics.Mean(name="own")

    def call(self, inputs, training=False):
        hidden = self.normalization(self.hidden(inputs), training=training)
        return self.outputs_layer(self.dropout(hidden, training=training))

    def train_step(self, data):
        x, y = data
        self.counted.assign_add(1)
        self.held["deep"][0].assign_add([1.0, 1.0])
        x += keras.random.normal(tf.shape(x), seed=self.noise)
        x += self.generator.normal(tf.shape(x))
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        first, *others = self.trainable_variables
        gradient, *other_gradients = tape.gradient(loss, [first, *others])
        self.optimizer.apply([gradient], [first])
        self.second.apply(other_gradients, others)
        self.own_metric.update_state(loss)
        return self.compute_metrics(x, y, self(x), None) | {"loss": loss}


# By kind, so that none is forgotten without a word.
KINDS = {
    "weights": lambda model: model.trainable_variables,
    "moving statistics": lambda model: [
        model.normalization.moving_mean,
        model.normalization.moving_variance,
    ],
    "the optimizer": lambda model: model.optimizer.variables,
    "a second optimizer": lambda model: model.second.variables,
    "metrics": lambda model: model.metrics_variables,
    "a metric of the model": lambda model: model.own_metric.variables,
    "the generator of a layer": lambda model: [model.dropout.seed_generator.state],
    "the generator of the model": lambda model: [model.noise.state],
    "TensorFlow's variable": lambda model: [model.counted],
    "a variable deep inside": lambda model: [model.held["deep"][0]],
    "TensorFlow's generator": lambda model: [model.generator.state],
}


def values(variables):
    return [np.array(variable.numpy()) for variable in variables]


def assert_same(ones, others):
    for one, other in zip(ones, others, strict=True):
        np.testing.assert_array_equal(one, other)


def differ(ones, others):
    return any(
        not np.array_equal(one, other) for one, other in zip(ones, others, strict=True)
    )


@pytest.fixture(scope="module")
def changed_and_put_back():
    """Values of all kinds: taken, changed by training, and put back."""
    keras.utils.set_random_seed(1)
    model = Everything()
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse", metrics=["mae"])
    model.fit(X, Y, batch_size=8, verbose=0)
    state = TrainingState(model)
    taken = state.take()

    def snapshot():
        return {kind: values(variables(model)) for kind, variables in KINDS.items()}

    before = snapshot()
    model.fit(X, Y + 1.0, batch_size=16, verbose=0)
    changed = snapshot()
    state.put_back(taken)
    return before, changed, snapshot()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_taken_and_put_back(kind, changed_and_put_back):
    before, changed, after = (each[kind] for each in changed_and_put_back)
    assert before
    assert differ(before, changed)
    assert_same(before, after)


def test_each_variable_is_there_once():
    model = Everything()
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    found = training_variables(model)
    assert len({id(variable) for variable in found}) == len(found)


def make(optimizer, **options):
    model = keras_mlp.Sequential(
        [keras.Input((4,)), keras_mlp.layers.Dense(2), keras_mlp.layers.Dense(1)]
    )
    model.compile(optimizer, "mse", metrics=["mae"], **options)
    return model


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.Adam(0.01),
        lambda: keras.optimizers.SGD(0.01, momentum=0.9, use_ema=True),
        lambda: keras.optimizers.SGD(0.01, gradient_accumulation_steps=3),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
    ],
    ids=["Adam", "averages", "accumulation", "loss scale"],
)
def test_training_goes_on_as_it_would_have(optimizer):
    model = make(optimizer())
    if isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer):
        # Small, so that it grows meanwhile.
        model.optimizer.initial_scale = 2.0
    model.fit(X, Y, batch_size=8, verbose=0)
    state = TrainingState(model)
    taken = state.take()

    def train():
        model.fit(X, Y, batch_size=8, shuffle=False, verbose=0)
        inner = getattr(model.optimizer, "inner_optimizer", model.optimizer)
        return values(
            [
                *model.variables,
                *model.optimizer.variables,
                *inner.variables,
                *model.metrics_variables,
            ]
        )

    first = train()
    state.put_back(taken)
    for one, other in zip(train(), first, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


def test_an_optimizer_in_a_loss_scale_has_its_variables_taken():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = make(keras.optimizers.Adam(0.01))
    finally:
        keras.config.set_dtype_policy(policy)
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    model.fit(X, Y, batch_size=8, verbose=0)
    optimizer = model.optimizer
    variables = [*optimizer.variables, *optimizer.inner_optimizer.variables]
    known = {id(variable) for variable in training_variables(model)}
    assert {id(variable) for variable in variables} <= known
    state = TrainingState(model)
    taken, before = state.take(), values(variables)
    model.fit(X, Y, batch_size=8, verbose=0)
    assert differ(before, values(variables))
    state.put_back(taken)
    assert_same(before, values(variables))


def test_what_is_taken_does_not_change_with_the_variables():
    model = make("adam")
    model.fit(X, Y, verbose=0)
    state = TrainingState(model)
    taken = state.take()
    before = [np.array(value) for _, value in taken]
    for _ in range(2):
        model.fit(X, Y, verbose=0)
        assert_same([np.array(value) for _, value in taken], before)
        # More than once, too.
        state.put_back(taken)
        assert_same(values(variable for variable, _ in taken), before)


@pytest.mark.parametrize("known", [True, False], ids=["before", "since then"])
def test_the_generator_of_keras_is_put_back(known):
    """That of random numbers without a seed, which Keras makes at its first use."""
    keras.utils.clear_session()
    model = make("adam")
    model.fit(X, Y, verbose=0)
    state = TrainingState(model)
    if known:
        keras.random.uniform((2,))
    state.take()
    keras.random.uniform((2,))
    taken = state.take()
    first = keras.random.uniform((2,)).numpy()
    assert differ([first], [keras.random.uniform((2,)).numpy()])
    state.put_back(taken)
    assert_same([keras.random.uniform((2,)).numpy()], [first])


def test_variables_made_since_then_are_zeros():
    model = Everything()
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse", metrics=["mae"])
    model(X)
    state = TrainingState(model)
    taken, weights = state.take(), values(model.variables)
    assert not model.optimizer.built
    model.fit(X, Y, verbose=0)
    made = [
        *model.optimizer.variables[2:],
        *model.second.variables[2:],
        *model.metrics_variables,
    ]
    assert made
    assert all(value.any() for value in values(model.second.variables[2:]))
    state.put_back(taken)
    assert not any(value.any() for value in values(made))
    assert int(model.second.iterations) == 0
    assert_same(values(model.variables), weights)


def test_variables_made_since_then_are_taken_the_next_time():
    model = make("adam")
    state = TrainingState(model)
    state.take()
    model.fit(X, Y, verbose=0)
    taken, before = state.take(), values(model.optimizer.variables)
    model.fit(X, Y, verbose=0)
    state.put_back(taken)
    assert_same(values(model.optimizer.variables), before)


def test_a_model_without_an_optimizer_has_a_state():
    model = keras_mlp.Sequential([keras.Input((4,)), keras.layers.BatchNormalization()])
    state = TrainingState(model)
    taken, before = state.take(), values(model.variables)
    model(X + 1.0, training=True)
    assert differ(before, values(model.variables))
    state.put_back(taken)
    assert_same(before, values(model.variables))
