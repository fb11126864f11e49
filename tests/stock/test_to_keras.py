"""`to_keras`: the same network of stock classes, also where only Keras is."""

import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.data import ImagePreprocessing
from keras_mlp.layers import MLP, Dense
from keras_mlp.models import (
    ConvAutoencoder,
    LinearRegression,
    MLPAutoencoder,
    MLPClassifier,
    MLPRegressor,
)

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(2, 3, size=(20, 6)).astype("float32")
IMAGES = RANDOM.integers(0, 256, size=(4, 28, 28)).astype("uint8")


def sequential():
    return keras_mlp.Sequential(
        [keras.Input((6,), name="features"), Dense(4, "relu", name="a"), Dense(3)]
    )


def graph():
    inputs = keras.Input((6,))
    shared = Dense(6, activation="tanh")
    hidden = keras.layers.Add()([shared(shared(inputs)), MLP([6, 6])(inputs)])
    return keras_mlp.Model(inputs, [Dense(2)(hidden), keras.ops.sum(hidden, -1)])


def stock_with_ours():
    inner = keras_mlp.Sequential([keras.Input((6,)), Dense(4)])
    return keras.Sequential([keras.Input((6,)), inner, keras.layers.Dense(2)])


def wrapped():
    model = keras_mlp.Sequential(
        [keras.layers.Reshape((2, 3)), keras.layers.TimeDistributed(Dense(2))]
    )
    model.build((None, 6))
    return model


def block(**options):
    def make():
        return keras_mlp.Sequential([keras.Input((6,)), MLP([8, 6, 3], **options)])

    return make


def regressor():
    model = MLPRegressor(2, [5], dropout=0.1, standardize=True)
    model.adapt(X, 100 * X[:, :2] + 1000)
    model(X)
    return model


def of_images():
    model = MLPClassifier(3, [4], preprocessing=ImagePreprocessing())
    model.build((None, 28, 28))
    return model


def built(model, shape):
    model.build(shape)
    return model


CASES = {
    "sequential": (sequential, X),
    "graph": (graph, X),
    "stock with ours inside": (stock_with_ours, X),
    "wrapped": (wrapped, X),
    "plain block": (block(dropout=0.2), X),
    "normalized": (block(normalization="batch", activation="gelu"), X),
    "selu": (block(activation="selu", dropout=0.1), X),
    "residual": (block(residual="project", normalization="layer"), X),
    "gated": (block(gate="swiglu", residual=True, normalization="rms"), X),
    "half precision": (block(gate="geglu", dtype="mixed_bfloat16"), X),
    "classifier": (lambda: built(MLPClassifier(3, [4]), (None, 6)), X),
    "regressor": (regressor, X),
    "images": (of_images, IMAGES),
    "line": (lambda: built(LinearRegression(), (None, 6)), X),
    "autoencoder": (lambda: built(MLPAutoencoder([4, 2]), (None, 6)), X),
    "convolutional": (
        lambda: built(ConvAutoencoder(), (None, 28, 28, 1)),
        IMAGES[..., None] / np.float32(255),
    ),
}


@pytest.mark.filterwarnings("ignore:.*units of the data")
@pytest.mark.parametrize("name", CASES)
def test_outputs_and_classes(name, tmp_path):
    make, inputs = CASES[name]
    model = make()
    before = [keras.ops.convert_to_numpy(each) for each in model.weights]
    stock = keras_mlp.to_keras(model)
    tolerance = 2e-2 if name == "half precision" else 1e-5
    assert stock.name == model.name
    for layer in stock._flatten_layers():
        assert type(layer).__module__.startswith("keras.src"), layer
    for ours, theirs in zip(
        keras.tree.flatten(model(inputs)),
        keras.tree.flatten(stock(inputs)),
        strict=True,
    ):
        # NumPy before 2 does not compare bfloat16.
        ours, theirs = (keras.ops.cast(each, "float32") for each in (ours, theirs))
        scale = np.abs(ours).max()
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=tolerance * scale)
    for weight, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)
    # Trains as stock Keras does, and is a file that Keras alone opens.
    stock.save(tmp_path / "stock.keras")
    again = keras.saving.load_model(tmp_path / "stock.keras")
    for ours, theirs in zip(stock.weights, again.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_compiled_model_trains_equally():
    model = sequential()
    model.compile(keras_mlp.optimizers.GradientDescent(0.01), "mse", metrics=["mae"])
    stock = keras_mlp.to_keras(model)
    assert isinstance(stock.optimizer, keras.optimizers.SGD)
    arguments = {"epochs": 3, "batch_size": 5, "shuffle": False, "verbose": 0}
    ours = model.fit(X, X[:, :3], **arguments).history
    theirs = stock.fit(X, X[:, :3], **arguments).history
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-5)


def test_opens_where_this_package_is_not_installed(tmp_path):
    stock = keras_mlp.to_keras(CASES["gated"][0]())
    stock.save(tmp_path / "stock.keras")
    code = f"""
import sys
sys.modules["keras_mlp"] = None
import keras
print(keras.saving.load_model({str(tmp_path / "stock.keras")!r}).output_shape)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "(None, 3)" in run.stdout, run.stderr


def test_what_differs_is_said():
    encoder = MLP([5, 3])
    encoder.build((None, 6))
    model = keras_mlp.Sequential(
        [keras.Input((6,)), encoder, encoder.reverse(tied=True)]
    )
    with pytest.warns(UserWarning, match="'mlp.*_reversed' are no longer tied"):
        stock = keras_mlp.to_keras(model)
    np.testing.assert_allclose(stock(X), model(X), rtol=1e-5, atol=1e-5)
    with pytest.warns(UserWarning, match="in the units of the data"):
        keras_mlp.to_keras(regressor())


class Derived(keras_mlp.Model):
    def call(self, inputs):
        return inputs


def test_what_has_no_counterpart_is_an_error():
    with pytest.raises(ValueError, match="`model` must be a Keras model that is built"):
        keras_mlp.to_keras(MLPClassifier(3, [4]))
    derived = Derived()
    derived(X)
    with pytest.raises(ValueError, match=r"no counterpart of a class.*Derived"):
        keras_mlp.to_keras(derived)
    model = sequential()
    model.compile(
        "sgd",
        "mse",
        metrics=[keras_mlp.metrics.BatchLoss(keras.losses.MeanSquaredError())],
    )
    with pytest.raises(ValueError, match="no counterpart of `BatchLoss`"):
        keras_mlp.to_keras(model)
    assert not keras_mlp.to_keras(model, compile=False).compiled


class MakesOurs(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = Dense(3)

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, inputs):
        return self.dense(inputs)


class Doubling(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs


def test_layers_of_others():
    model = keras_mlp.Sequential([keras.Input((6,)), Doubling(), Dense(3)])
    np.testing.assert_allclose(
        keras_mlp.to_keras(model)(X), model(X), rtol=1e-5, atol=1e-5
    )
    model = keras.Sequential([keras.Input((6,)), MakesOurs(name="made")])
    with pytest.raises(ValueError, match=r"must not make layers.*'made'.*MakesOurs"):
        keras_mlp.to_keras(model)
