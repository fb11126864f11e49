import keras
import numpy as np
import pandas as pd
import pytest

import keras_mlp
from keras_mlp import models

X = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")


def names(model):
    return [layer.name for layer in model.layers]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"normalization": "layer", "dropout": 0.2, "residual": "project"},
        {"gate": "swiglu", "standardize": True, "dtype": "mixed_float16"},
    ],
)
def test_the_output_of_every_layer_can_be_had(options):
    model = models.MLPClassifier(3, [4, 4], seed=0, **options)
    model.build((None, 5))
    outside = [layer.output for layer in model.layers]
    inside = [layer.output for layer in model.mlp.layers]
    whole = keras.Model(model.inputs, [*outside, *inside, model.output])
    *_, last, outputs = whole([X])
    np.testing.assert_array_equal(last, model(X))
    np.testing.assert_array_equal(outputs, model(X))
    first = keras.Model(model.input, model.mlp.get_layer("dense_0").output)
    if not options:
        reference = np.maximum(X @ model.mlp.layers[0].kernel.numpy(), 0)
        np.testing.assert_allclose(first(X), reference, rtol=1e-5)


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    "make",
    [
        lambda: models.MLPRegressor(2, [4], standardize=True, seed=0),
        lambda: models.MLPAutoencoder([4, 2], tied=True, seed=0),
        models.LinearRegression,
        lambda: keras_mlp.Sequential(
            [keras_mlp.layers.Dense(4), keras_mlp.layers.Dense(2)]
        ),
    ],
)
def test_a_trained_model_has_inputs_and_outputs(make):
    model = make()
    model.compile("adam", "mse")
    model.fit(X, model(X), epochs=1, verbose=0)
    twin = keras.Model(model.inputs, model.outputs)
    np.testing.assert_allclose(keras.tree.flatten(twin([X]))[0], model(X), rtol=1e-6)
    assert [weight.path for weight in twin.weights] == [
        weight.path for weight in model.weights
    ]


def test_the_code_of_an_autoencoder():
    model = models.MLPAutoencoder([4, 2], seed=0)
    model(X)
    code = keras.Model(model.inputs, model.get_layer("encoder").output)
    np.testing.assert_allclose(code([X]), model.encoder(X), rtol=1e-6)


def test_convolutional_halves():
    model = models.ConvAutoencoder(seed=0)
    model.build((None, 28, 28, 1))
    code = keras.Model(model.inputs, model.get_layer("encoder").output)
    assert code([np.zeros((2, 28, 28, 1))]).shape == (2, 16)


def test_a_model_of_columns():
    frame = pd.DataFrame({"a": X[:, 0], "b": ["x", "y"] * 3})
    model = models.MLPClassifier(
        2, [4], preprocessing=keras_mlp.data.TabularPreprocessing(), seed=0
    )
    model.adapt(frame)
    model(frame)
    assert set(model.input) == {"a", "b"}
    twin = keras.Model(model.input, model.mlp.get_layer("dense_0").output)
    assert twin.output_shape == (None, 4)


def test_a_model_that_is_not_built_says_so():
    model = models.MLPClassifier(2, [4])
    assert not hasattr(model, "inputs")
    assert names(model) == ["mlp"]
    with pytest.raises(AttributeError, match="before it is built"):
        model.output  # noqa: B018


def test_looking_changes_nothing(tmp_path):
    model, other = (models.MLPClassifier(2, [4], dropout=0.5, seed=0) for _ in range(2))
    for each in (model, other):
        each.build((None, 5))
        each.compile("adam")
        if each is model:
            assert each.inputs
        each.fit(X, np.arange(6) % 2, epochs=2, shuffle=False, verbose=0)
    for mine, its in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)
    model.save(tmp_path / "model.keras")
    again = models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(X), model(X))
    assert keras.Model(again.inputs, again.get_layer("mlp").output)([X]).shape == (6, 2)
