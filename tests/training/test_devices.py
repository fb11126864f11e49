"""What a GPU changes, simulated: what TensorFlow reports, and where data wait."""

import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.training.planning import facts
from keras_mlp.training.planning.limits import kind_of_device
from tests.limits import change_limits

X = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")
Y = X[:, :1] * 2


class InPython(keras.layers.Layer):
    """What XLA cannot compile."""

    def call(self, inputs):
        outputs = tf.numpy_function(lambda array: array, [inputs], tf.float32)
        return tf.ensure_shape(outputs, inputs.shape)


def trained(*layers, data=None, jit_compile=None):
    """Returns a model, and its losses."""
    keras.utils.set_random_seed(1)
    model = keras_mlp.Sequential(
        [keras.Input((4,)), *layers, keras.layers.Dense(1)], name="devices"
    )
    model.compile("sgd", "mse")
    if jit_compile is not None:
        # As Keras resolves "auto" where there is a GPU.
        model.jit_compile = jit_compile
    given = {"x": X, "y": Y, "batch_size": 10} if data is None else {"x": data}
    history = model.fit(**given, epochs=2, shuffle=False, verbose=0)
    return model, history.history["loss"]


def test_the_kind_is_what_tensorflow_sees(monkeypatch):
    for devices, kind in (([], "CPU"), (["a GPU"], "GPU")):
        monkeypatch.setattr(tf.config, "get_visible_devices", lambda _, d=devices: d)
        assert kind_of_device() == kind


def test_keras_choice_of_xla_falls_back_and_says_so(monkeypatch, caplog):
    _, expected = trained()
    change_limits(monkeypatch, prefetch_to="")
    monkeypatch.setattr(facts, "kind_of_device", lambda: "GPU")
    with caplog.at_level(logging.WARNING, "keras_mlp"):
        model, losses = trained(InPython(), jit_compile=True)
    assert "XLA cannot compile this model" in caplog.text
    assert losses == pytest.approx(expected, rel=1e-6)
    plan = model.plan(X, Y, batch_size=10, verbose=0)
    assert (plan.device, plan.group, plan.compiler) == ("GPU", 5, "XLA")


@pytest.mark.long_after(1)
@pytest.mark.parametrize("kind", ["arrays", "data set", "data.load"])
def test_data_wait_on_the_device(kind, monkeypatch):
    def data():
        if kind == "arrays":
            return None
        return tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)

    if kind == "data.load":
        loaded = keras_mlp.data.load("mnist_5k", "test", 500, shuffle=False)
        model = keras_mlp.models.MLPClassifier(10, [4], seed=0)
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(True))
        expected = model.evaluate(loaded, verbose=0)
    else:
        _, expected = trained(data=data())
    seen = []
    prefetch = tf.data.experimental.prefetch_to_device

    def noticed(device, size):
        seen.append(device)
        return prefetch(device, size)

    monkeypatch.setattr(tf.data.experimental, "prefetch_to_device", noticed)
    for many in (100, 0):
        loops = dict.fromkeys(("train", "test", "predict"), many)
        change_limits(monkeypatch, prefetch_to="/CPU:0", loop_pays_after=loops)
        if kind == "data.load":
            found = model.evaluate(loaded, verbose=0)
        else:
            _, found = trained(data=data())
        assert found == pytest.approx(expected, rel=1e-6)
    # Rows that a program chooses are there for the whole of a call.
    assert len(seen) >= (1 if kind == "arrays" else 2)
    assert set(seen) == {"/CPU:0"}
