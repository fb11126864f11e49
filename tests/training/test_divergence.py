"""A run whose loss is no longer finite stops, and keeps weights that are."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.training import DivergedError, loop_runner

COUNT, FEATURES = 64, 5
X = np.random.default_rng(0).normal(size=(COUNT, FEATURES)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, COUNT)


def dataset(data):
    return tf.data.Dataset.from_tensor_slices(tuple(data)).batch(8)


class OwnStep(keras_mlp.Sequential):
    """A step of the caller's own, which asks nobody before it changes the weights."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        self._loss_tracker.update_state(loss)
        return {"loss": self._loss_tracker.result()}


def diverging(model_class=keras_mlp.Sequential, **options):
    model = model_class([keras.Input((FEATURES,)), keras_mlp.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(1e4), loss="mse", **options)
    model.set_weights([np.ones((FEATURES, 1), "float32"), np.zeros(1, "float32")])
    return model


@pytest.fixture(scope="module")
def finite():
    """The weights before the first step whose loss is not finite, and its number."""
    stock = diverging(check_inputs=False)
    for step, batch in enumerate([*dataset((X, X[:, :1]))] * 4, start=1):
        weights = stock.get_weights()
        stock.reset_metrics()
        if not np.isfinite(stock.train_on_batch(*batch)):
            return weights, step
    raise AssertionError("it does not diverge")


RUNNERS = {
    "single steps": {"steps_per_execution": 1},
    "a program": {"steps_per_execution": 4},
    "XLA": {"steps_per_execution": 4, "jit_compile": True},
    "eagerly": {"run_eagerly": True},
    "chosen": {},
}


@pytest.mark.parametrize("model_class", [keras_mlp.Sequential, OwnStep])
@pytest.mark.parametrize("as_data", [tuple, lambda data: (dataset(data),)])
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_run_that_diverges_keeps_its_last_finite_weights(
    runner, as_data, model_class, finite, monkeypatch
):
    if runner == "chosen":
        # Joined batches, and steps that are taken again.
        always = {"train": 0, "test": 0, "predict": 0}
        monkeypatch.setattr(loop_runner, "LOOP_PAYS_AFTER", always)
    weights, step = finite
    model = diverging(model_class, **RUNNERS[runner])
    data = as_data((X, X[:, :1]))
    options = {"batch_size": 8} if len(data) == 2 else {}
    with pytest.raises(DivergedError, match="that it had before that step") as raised:
        model.fit(*data, epochs=4, verbose=0, shuffle=False, **options)
    steps = (raised.value.epoch - 1) * 8 + raised.value.step
    # The mean of an epoch may be infinite a step before the loss is.
    assert step - 1 <= steps <= step
    for one, other in zip(model.get_weights(), weights, strict=True):
        assert np.isfinite(one).all()
        if steps == step:
            np.testing.assert_allclose(one, other, rtol=1e-4)


@pytest.mark.parametrize("xla_pays_after", [0, 1000])
def test_steps_are_taken_again_up_to_the_one_that_failed(xla_pays_after, monkeypatch):
    always = {"train": 0, "test": 0, "predict": 0}
    monkeypatch.setattr(loop_runner, "LOOP_PAYS_AFTER", always)
    monkeypatch.setattr(loop_runner, "XLA_PAYS_AFTER", xla_pays_after)
    targets = X[:, :1].copy()
    # Its square is too large for float32.
    targets[50] = 1e30
    # A batch of 4 comes in the middle, which is no part of a group.
    batches = dataset((X[:20], targets[:20])).concatenate(
        dataset((X[20:], targets[20:]))
    )
    models = [
        keras_mlp.models.MLPRegressor(1, [4], seed=0, name="regressor")
        for _ in range(2)
    ]
    for model, check_inputs in zip(models, (True, False), strict=True):
        model.build((None, FEATURES))
        model.compile("adam", "mse", check_inputs=check_inputs)
    with pytest.raises(DivergedError, match="that it had before that step") as raised:
        models[0].fit(batches, verbose=0)
    assert (raised.value.epoch, raised.value.step) == (1, 7)
    models[1].fit(batches.take(6), verbose=0)
    for one, other in zip(models[0].weights, models[1].weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)
    assert int(models[0].optimizer.iterations) == 6


@pytest.mark.parametrize("runner", ["single steps", "a program", "XLA"])
def test_weights_that_a_finite_loss_has_spoiled_are_those_of_the_epoch(runner):
    def root(y_true, y_pred):
        # Its slope at 0 is infinite, where rows of zeros lead.
        return keras.ops.mean(keras.ops.sqrt(keras.ops.abs(y_pred)), axis=-1)

    model = keras_mlp.Sequential([keras.Input((FEATURES,)), keras_mlp.layers.Dense(3)])
    model.compile(optimizer="sgd", loss=root, **RUNNERS[runner])
    x = np.concatenate([np.zeros((8, FEATURES), "float32"), X[8:]])
    batches = tf.data.Dataset.from_tensor_slices((x, Y)).batch(8)
    before = model.get_weights()
    with pytest.raises(DivergedError, match="of the beginning of the epoch") as raised:
        model.fit(batches, verbose=0)
    assert (raised.value.epoch, raised.value.step) == (1, 2)
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_terminate_on_nan_does_the_stopping():
    model = diverging()
    callbacks = [keras.callbacks.TerminateOnNaN()]
    model.fit(X, X[:, :1], epochs=9, verbose=0, callbacks=callbacks)
    assert model.stop_training
