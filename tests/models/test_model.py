import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.layers import Dense


def functional(base=keras_mlp.Model, **options):
    inputs = keras.Input((3,))
    return base(inputs, Dense(2)(inputs), **options)


class Subclassed(keras_mlp.Model):
    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = Dense(units)

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, inputs):
        return self.dense(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def sequential():
    return keras_mlp.Sequential([keras.Input((3,)), Dense(2)])


def subclassed():
    model = Subclassed()
    model.build((None, 3))
    return model


X = np.arange(12, dtype="float32").reshape(4, 3)


@pytest.mark.parametrize("make", [functional, sequential, subclassed])
def test_is_a_keras_model_with_the_tape_trainer(make):
    model = make()
    assert isinstance(model, keras.Model)
    assert isinstance(model, keras_mlp.training.TapeTrainer)
    assert type(model).train_step is keras_mlp.training.TapeTrainer.train_step


@pytest.mark.long_after(1)
@pytest.mark.parametrize("make", [functional, sequential, subclassed])
def test_trained_model_is_saved_and_loaded_bit_for_bit(make, tmp_path):
    model = make()
    model.compile(optimizer="adam", loss="mse")
    model.fit(X, X[:, :2], verbose=0)
    model.save(tmp_path / "model.keras")
    with keras.saving.custom_object_scope({"Subclassed": Subclassed}):
        loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X))
    # Training goes on where it was: the optimizer's state came along.
    first = model.fit(X, X[:, :2], verbose=0, shuffle=False).history
    second = loaded.fit(X, X[:, :2], verbose=0, shuffle=False).history
    assert first == second


@pytest.mark.parametrize("make", [functional, sequential, subclassed])
def test_exported_model_answers_the_same(make, tmp_path):
    model = make()
    expected = model.predict(X, verbose=0)
    model.export(tmp_path / "exported", verbose=False)
    layer = keras.layers.TFSMLayer(tmp_path / "exported", call_endpoint="serve")
    np.testing.assert_allclose(layer(X), expected, rtol=1e-6)


def test_functional_is_a_model_of_ours():
    model = functional(name="classifier")
    assert type(model) is keras_mlp.models.Functional
    assert isinstance(model, keras_mlp.Model)
    assert model.name == "classifier"
    assert [type(layer) for layer in model.layers][1:] == [Dense]
    by_keyword = keras_mlp.Model(inputs=model.input, outputs=model.output)
    assert type(by_keyword) is keras_mlp.models.Functional
    cloned = keras.models.clone_model(model)
    assert type(cloned) is keras_mlp.models.Functional


def asks_for_a_graph(cls, args, kwargs):
    """Returns whether a class makes a graph of arguments, or the error it has."""
    try:
        return hasattr(cls(*args, **kwargs), "operations")
    except (TypeError, ValueError) as error:
        return type(error)


@pytest.mark.parametrize("positional", range(4))
@pytest.mark.parametrize("names", ["", "name", "inputs", "outputs", "inputs outputs"])
def test_arguments_ask_for_a_graph_where_they_do_in_keras(positional, names):
    inputs = keras.Input((3,))
    values = {"inputs": inputs, "outputs": Dense(2)(inputs), "name": "graph"}
    args = list(values.values())[:positional]
    kwargs = {name: values[name] for name in names.split()}

    def answers(base):
        subclass = type("Mine", (base,), {})
        return [asks_for_a_graph(cls, args, kwargs) for cls in (base, subclass)]

    assert answers(keras_mlp.Model) == answers(keras.Model)


def test_nothing_but_the_trainer_stands_between_a_model_and_keras():
    for one in (keras_mlp.Model, keras_mlp.Sequential):
        ours = [c for c in one.__mro__ if c.__module__.startswith("keras_mlp.")]
        assert [c for c in ours if "training" not in c.__module__] == [one]


def test_subclass_may_be_made_of_inputs_and_outputs():
    class FromGraph(keras_mlp.Model):
        def __init__(self, inputs, outputs, extra):
            super().__init__(inputs, outputs)
            self.extra = extra

    inputs = keras.Input((3,))
    model = FromGraph(inputs, Dense(2)(inputs), extra=1)
    assert model(X).shape == (4, 2)
    assert isinstance(model, keras_mlp.models.Functional)
    assert type(functional(FromGraph, extra=2)) is FromGraph
    # Keras rewrites the bases of a class at that; ours must be left alone.
    assert subclassed()(X).shape == (4, 2)
    assert not issubclass(keras_mlp.Model, keras_mlp.models.Functional)
    assert not issubclass(Subclassed, keras_mlp.models.Functional)


def test_mixin_takes_inputs_and_outputs_too():
    class Mine(keras_mlp.training.TapeTrainer, keras.Model):
        pass

    assert functional(Mine)(X).shape == (4, 2)


def test_sequential_grows_with_add():
    model = keras_mlp.Sequential(name="grown")
    model.add(keras.Input((3,)))
    model.add(Dense(4, activation="relu"))
    model.add(Dense(2))
    assert model.count_params() == 26
    assert model.output_shape == (None, 2)
