"""`quantize` and LoRA of what holds our layers, saved and loaded."""

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.layers import MLP, Dense
from keras_mlp.models import MLPAutoencoder, MLPClassifier

X = np.random.default_rng(0).normal(size=(20, 6)).astype("float32")
BLOCK = {"gate": "swiglu", "residual": "project", "normalization": "layer"}


def sequential():
    return keras_mlp.Sequential(
        [keras.Input((6,)), Dense(8, "relu"), MLP([8, 5, 3], **BLOCK)]
    )


def functional():
    inputs = keras.Input((6,))
    return keras_mlp.Model(inputs, MLP([8, 3])(Dense(4)(inputs)))


def classifier():
    model = MLPClassifier(3, [8, 8], **BLOCK)
    model.build((None, 6))
    return model


def autoencoder():
    model = MLPAutoencoder([5, 2])
    model.build((None, 6))
    return model


MAKE = [
    functional,
    *(
        pytest.param(make, marks=pytest.mark.long)
        for make in (sequential, classifier, autoencoder)
    ),
]


# Keras says which layers it leaves as they are.
@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize` method")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("make", MAKE)
def test_quantized_models_are_saved_and_loaded(make, tmp_path):
    model = make()
    before = model.predict(X, verbose=0)
    model.quantize("int8")
    after = model.predict(X, verbose=0)
    assert 0 < np.abs(after - before).max() < 0.05 * np.abs(before).max()
    assert "int8" in {weight.dtype for weight in model.weights}
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), after)
    stock = keras_mlp.to_keras(model)
    np.testing.assert_allclose(stock.predict(X, verbose=0), after, atol=1e-5)


@pytest.mark.parametrize("make", MAKE)
def test_lora_trains_small_kernels_and_is_saved_merged(make, tmp_path):
    model = make()
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Dense):
            layer.enable_lora(2)
    model.compile("sgd", "mse")
    kernel = next(weight for weight in model.weights if weight.name == "kernel")
    before = kernel.numpy()
    outputs = model.predict(X, verbose=0)
    model.fit(X, np.zeros_like(outputs), verbose=0)
    np.testing.assert_array_equal(kernel, before)
    trained = model.predict(X, verbose=0)
    assert not np.array_equal(trained, outputs)
    model.save_weights(tmp_path / "merged.weights.h5")
    again = make()
    again.load_weights(tmp_path / "merged.weights.h5")
    np.testing.assert_allclose(again.predict(X, verbose=0), trained, atol=1e-5)


def test_tied_kernels_are_neither_quantized_nor_updated():
    model = MLPAutoencoder([5], tied=True)
    model.build((None, 6))
    [tied] = model.decoder.layers
    with pytest.raises(ValueError, match="no kernel of its own"):
        tied.enable_lora(2)
    with pytest.raises(NotImplementedError, match=r"itself is quantized.*TiedDense"):
        tied.quantize("int8")
