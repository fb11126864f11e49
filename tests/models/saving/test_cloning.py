"""`keras.models.clone_model` of our models."""

import keras
import numpy as np
import pytest
from keras.wrappers import SKLearnClassifier

import keras_mlp
from keras_mlp.layers import MLP, Dense

X = np.random.default_rng(0).normal(size=(64, 6)).astype("float32")


class Subclassed(keras_mlp.Sequential):
    def train_step(self, data):
        return super().train_step(data)


class Mixed(keras_mlp.training.TapeTrainer, keras.Sequential):
    pass


class OwnConstructor(keras_mlp.Sequential):
    def __init__(self, units):
        super().__init__([keras.Input((6,)), Dense(units)])


def sequential(cls):
    return cls([keras.Input((6,), name="features"), Dense(3, activation="softmax")])


@pytest.mark.parametrize("cls", [keras_mlp.Sequential, Subclassed, Mixed])
@pytest.mark.parametrize("compiled", [False, True])
def test_clone_is_of_the_same_class(cls, compiled):
    model = sequential(cls)
    if compiled:
        model.compile("sgd", "mse", steps_per_execution=3, on_divergence="raise")
    clone = keras.models.clone_model(model)
    assert type(clone) is cls
    assert clone.name == model.name
    assert [each.name for each in clone.inputs] == ["features"]
    assert clone.get_compile_config() == model.get_compile_config()
    if not compiled:
        clone.compile("sgd", "mse")
    clone.fit(X, np.zeros((64, 3)), verbose=0)
    assert not np.array_equal(clone.get_weights()[0], model.get_weights()[0])


def test_clone_of_a_class_with_its_own_constructor():
    clone = keras.models.clone_model(OwnConstructor(2))
    assert type(clone) is keras_mlp.Sequential
    assert clone(X).shape == (64, 2)


def test_clone_of_what_is_not_built_is_not_built():
    clone = keras.models.clone_model(keras_mlp.Sequential([Dense(3)]))
    assert type(clone) is keras_mlp.Sequential
    assert not clone.built


def test_clone_of_a_stock_model_is_stock():
    clone = keras.models.clone_model(sequential(keras.Sequential))
    assert type(clone) is keras.Sequential


def test_models_inside_models():
    inner = keras_mlp.Sequential([keras.Input((6,)), Dense(4)])
    model = keras_mlp.Sequential([keras.Input((6,)), inner, Dense(2)])
    clone = keras.models.clone_model(model, recursive=True)
    assert type(clone.layers[0]) is keras_mlp.Sequential
    inputs = keras.Input((6,), name="other")
    clone = keras.models.clone_model(model, input_tensors=inputs)
    assert clone.inputs[0] is inputs


def test_clone_function():
    def widened(layer):
        config = layer.get_config()
        return type(layer).from_config({**config, "units": 5})

    clone = keras.models.clone_model(
        sequential(keras_mlp.Sequential), clone_function=widened
    )
    assert type(clone) is keras_mlp.Sequential
    assert clone.output_shape == (None, 5)


@pytest.mark.parametrize("functional", [False, True])
def test_tied_blocks_stay_tied(functional):
    encoder = MLP([5, 3])
    encoder.build((None, 6))
    decoder = encoder.reverse(tied=True)
    inputs = keras.Input((6,))
    if functional:
        model = keras_mlp.Model(inputs, decoder(encoder(inputs)))
    else:
        model = keras_mlp.Sequential([inputs, encoder, decoder])
    clone = keras.models.clone_model(keras.models.clone_model(model))
    there, back = clone.layers[-2:]
    kernel = there.get_layer("dense_0").kernel
    assert back.get_layer("dense_1").kernel is kernel
    assert kernel is not encoder.get_layer("dense_0").kernel
    assert clone.count_params() == model.count_params()


@pytest.mark.long_after(1)
@pytest.mark.parametrize("functional", [False, True])
def test_wrapper_for_scikit_learn(functional):
    model = sequential(keras_mlp.Sequential)
    if functional:
        model = keras_mlp.Model(model.inputs, model.outputs)
    model.compile(keras.optimizers.Adam(0.1), "categorical_crossentropy")
    classifier = SKLearnClassifier(model, fit_kwargs={"epochs": 40, "verbose": 0})
    targets = np.argmax(X[:, :3], axis=1)
    assert (classifier.fit(X, targets).predict(X) == targets).mean() > 0.9
