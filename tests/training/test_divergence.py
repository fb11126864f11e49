"""A run whose loss is no longer finite: it stops, and the model has a whole state."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.training import DivergedError
from keras_mlp.training.checking import guard
from tests.limits import ALWAYS, change_limits

COUNT, FEATURES = 64, 5
X = np.random.default_rng(0).normal(size=(COUNT, FEATURES)).astype("float32")
# Its square is too large for float32: in the seventh batch of 8.
TARGETS = X[:, :1].copy()
TARGETS[50] = 1e30
LAST_GOOD = 6


def dataset(data):
    return tf.data.Dataset.from_tensor_slices(tuple(data)).batch(8)


class OwnStep(keras_mlp.Sequential):
    """A step of the caller's own, with a second optimizer and a variable of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.second = keras.optimizers.Adam(0.01)
        self.counted = tf.Variable(0)
        self.noise = keras.random.SeedGenerator(3)

    def train_step(self, data):
        x, y = data
        self.counted.assign_add(1)
        x += keras.random.normal(tf.shape(x), stddev=1e-3, seed=self.noise)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        first, *others = self.trainable_variables
        gradient, *other_gradients = tape.gradient(loss, [first, *others])
        self.optimizer.apply([gradient], [first])
        self.second.apply(other_gradients, others)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
                return {"loss": metric.result()}


def make(model_class=keras_mlp.Sequential, **options):
    keras.utils.set_random_seed(1)
    model = model_class(
        [
            keras.Input((FEATURES,)),
            keras_mlp.layers.Dense(4, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.2, seed=2),
            keras_mlp.layers.Dense(1),
        ],
        name="diverging",
    )
    # A step of one's own updates no metrics but the loss.
    metrics = None if model_class is OwnStep else ["mae"]
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    model.compile(optimizer, "mse", metrics=metrics, **options)
    return model


def state_of(model):
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    if isinstance(model, OwnStep):
        variables += [*model.second.variables, model.counted]
    return [np.array(variable.numpy()) for variable in variables]


def assert_same_state(model, expected):
    for one, other in zip(state_of(model), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


RUNNERS = {
    "single steps": {"steps_per_execution": 1},
    "a program": {"steps_per_execution": 4},
    "XLA": {"steps_per_execution": 4, "jit_compile": True},
    "eagerly": {"run_eagerly": True},
    "chosen": {},
}


@pytest.fixture(autouse=True)
def _in_small_groups(monkeypatch):
    change_limits(monkeypatch, loop_pays_after=ALWAYS, most_steps=3)


@pytest.mark.long_after(3)
@pytest.mark.parametrize("model_class", [keras_mlp.Sequential, OwnStep])
@pytest.mark.parametrize(
    ("runner", "as_data", "between"),
    [
        ("single steps", tuple, 2),
        ("a program", lambda data: (dataset(data),), 2),
        *(
            pytest.param(*case, marks=pytest.mark.long)
            for case in (
                ("XLA", tuple, 2),
                ("eagerly", lambda data: (dataset(data),), 2),
                ("chosen", tuple, 2),
                ("chosen", lambda data: (dataset(data),), 2),
            )
        ),
        ("chosen", tuple, 128),
    ],
)
def test_the_state_is_that_after_the_steps_that_are_kept(
    runner, as_data, between, model_class, monkeypatch
):
    monkeypatch.setattr(guard, "STEPS_BETWEEN_COPIES", between)
    if runner == "XLA" and model_class is OwnStep:
        pytest.skip("XLA draws other noise in a program than in a single step.")
    model = make(model_class, on_divergence="raise", **RUNNERS[runner])
    data = as_data((X, TARGETS))
    options = {"batch_size": 8} if len(data) == 2 else {}
    with pytest.raises(DivergedError, match="is not finite in epoch 1") as raised:
        model.fit(*data, verbose=0, shuffle=False, **options)
    error = raised.value
    assert (error.epoch, error.step) == (1, LAST_GOOD + 1)
    assert 0 <= error.kept <= LAST_GOOD
    expected = make(model_class, **RUNNERS[runner])
    if error.kept:
        part = dataset((X, TARGETS)).take(error.kept)
        expected.fit(part, verbose=0)
    else:
        expected.build((None, FEATURES))
        expected.optimizer.build(expected.trainable_variables)
        # Variables that are made in a step do not exist yet.
    for one, other in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    if error.kept:
        assert_same_state(model, state_of(expected))


@pytest.mark.long_after(2)
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_run_is_stopped_with_one_warning_and_its_last_loss_is_nan(runner):
    model, ends = make(**RUNNERS[runner]), []
    told = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append(logs["loss"])
    )
    with pytest.warns(UserWarning, match=r"epoch 1 at step 7.*learning rate") as caught:
        history = model.fit(
            dataset((X, TARGETS)),
            epochs=4,
            validation_data=(X, X[:, :1]),
            callbacks=[told],
            verbose=0,
        ).history
    assert len(caught) == 1
    assert len(history["loss"]) == 1
    assert np.isnan(history["loss"]).all()
    assert np.isnan(ends).all()
    # The validation comes after it, with the weights of before.
    assert np.isfinite(history["val_loss"]).all()
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    # The model can be trained on.
    assert np.isfinite(model.fit(X, X[:, :1], verbose=0).history["loss"][0])


@pytest.mark.long_after(2)
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_run_that_is_to_go_on_is_that_of_stock_keras(runner):
    model = make(on_divergence="ignore", **RUNNERS[runner])
    history = model.fit(dataset((X, TARGETS)), epochs=2, verbose=0).history
    assert len(history["loss"]) == 2
    assert int(model.optimizer.iterations) == 16
    assert not np.isfinite(history["loss"]).any()


def test_a_second_epoch_is_named():
    model = make(on_divergence="raise")
    rates = keras.callbacks.LearningRateScheduler(lambda epoch: 1e30 * epoch + 1e-3)
    with pytest.raises(DivergedError) as raised:
        model.fit(X, X[:, :1], batch_size=8, epochs=3, callbacks=[rates], verbose=0)
    assert raised.value.epoch == 2
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


@pytest.mark.long_after(1)
@pytest.mark.parametrize("runner", ["single steps", "a program", "XLA"])
def test_weights_that_a_finite_loss_has_spoiled_are_those_of_before(
    runner, monkeypatch
):
    monkeypatch.setattr(guard, "STEPS_BETWEEN_COPIES", 1)

    def root(y_true, y_pred):
        # Its slope at 0 is infinite, where rows of zeros lead.
        return keras.ops.mean(keras.ops.sqrt(keras.ops.abs(y_pred)), axis=-1)

    model = keras_mlp.Sequential([keras.Input((FEATURES,)), keras_mlp.layers.Dense(3)])
    model.compile("sgd", root, on_divergence="raise", **RUNNERS[runner])
    x = np.concatenate([np.zeros((8, FEATURES), "float32"), X[8:]])
    batches = tf.data.Dataset.from_tensor_slices((x, x[:, :3])).batch(8)
    before = model.get_weights()
    with pytest.raises(DivergedError, match="of the beginning of the epoch") as raised:
        model.fit(batches, verbose=0)
    error = raised.value
    assert (error.epoch, error.step, error.kept) == (1, 2, 0)
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_that_an_epoch_has_spoiled_are_those_of_the_epoch_before():
    model = make(on_divergence="raise")
    x = np.ones((16, FEATURES), "float32")

    class Spoil(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kernel = self.model.layers[0].kernel
            kernel.assign(kernel * np.nan)

    with pytest.raises(DivergedError) as raised:
        model.fit(x, x[:, :1], batch_size=8, epochs=2, callbacks=[Spoil()], verbose=0)
    error = raised.value
    assert (error.epoch, error.step, error.kept) == (2, 1, -2)
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_terminate_on_nan_does_the_stopping():
    model = make()
    callbacks = [keras.callbacks.TerminateOnNaN()]
    model.fit(X, TARGETS, batch_size=8, epochs=9, verbose=0, callbacks=callbacks)
    assert model.stop_training


def test_a_loss_of_ones_own_may_know_what_nan_means():
    def masked(y_true, y_pred):
        known = tf.math.is_finite(y_true)
        return tf.reduce_mean(tf.where(known, y_true - y_pred, 0.0) ** 2, axis=-1)

    model = make(on_divergence="raise")
    model.compile("sgd", masked, on_divergence="raise")
    targets = TARGETS.copy()
    targets[3] = np.nan
    with pytest.raises(DivergedError, match="but for NaN in `y`"):
        model.fit(X, targets, verbose=0)


def test_settings_of_divergence(tmp_path):
    def setting(model):
        return model.get_compile_config()["optimizer"]["keras_mlp"]["on_divergence"]

    assert setting(make()) == "stop"
    assert setting(make(check_inputs=False)) == "ignore"
    with pytest.raises(
        ValueError, match=r"'stop', 'raise', 'ignore'. Received: .*'no'"
    ):
        make(on_divergence="no")
    model = make(on_divergence="raise")
    model.optimizer.build(model.trainable_variables)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert setting(loaded) == "raise"
