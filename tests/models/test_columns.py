"""Data frames: answers are given for the columns that were trained on."""

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.training import InputError

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = np.arange(40) % 2


class Frame:
    """Stands for a data frame of pandas or polars."""

    def __init__(self, *columns, values=X):
        self.columns = columns
        self._values = values
        self.shape = values.shape
        self.dtype = values.dtype

    def to_numpy(self):
        return self._values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._values, dtype=dtype)

    def __len__(self):
        return len(self._values)


RIGHT = Frame("a", "b", "c")
ORDER = Frame("b", "a", "c")
OTHER = Frame("a", "b", "z")


def classifier():
    model = keras_mlp.models.MLPClassifier(1, [4], seed=0)
    model.adapt(RIGHT)
    model.compile()
    return model


def regressor():
    model = keras_mlp.models.MLPRegressor(1, [4], seed=0)
    model.adapt(RIGHT, Y[:, None])
    model.compile()
    return model


def sequential():
    model = keras_mlp.Sequential([keras_mlp.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit(RIGHT, Y[:, None], verbose=0)
    return model


USES = {
    "fit": lambda model, x: model.fit(x, Y[:, None], verbose=0),
    "validation": lambda model, x: model.fit(
        X, Y[:, None], validation_data=(x, Y[:, None]), verbose=0
    ),
    "evaluate": lambda model, x: model.evaluate(x, Y[:, None], verbose=0),
    "predict": lambda model, x: model.predict(x, verbose=0),
    "train_on_batch": lambda model, x: model.train_on_batch(x, Y[:, None]),
    "predict_on_batch": lambda model, x: model.predict_on_batch(x),
}


@pytest.mark.parametrize(
    "make",
    [
        classifier,
        pytest.param(regressor, marks=pytest.mark.long),
        pytest.param(sequential, marks=pytest.mark.long),
    ],
)
def test_other_columns_are_an_error_that_names_them(make):
    model = make()
    for use in USES.values():
        for frame, what in (
            (ORDER, r"the order \['b', 'a', 'c'\]"),
            (OTHER, r"missing \['c'\], not known \['z'\]"),
        ):
            message = rf"`x` must have the columns.*\['a', 'b', 'c'\].*{what}"
            with pytest.raises(InputError, match=message):
                use(model, frame)
        use(model, RIGHT)
        # Without names there is nothing to compare.
        use(model, X)
    use(model, Frame(0, 1, 2))


def test_a_call_and_another_adapt_are_checked():
    model = classifier()
    for use in (model, model.adapt, model.predict_proba):
        with pytest.raises(InputError, match="must have the columns"):
            use(ORDER)


def test_names_are_saved_and_cloned(tmp_path):
    model = classifier()
    model.fit(RIGHT, Y, verbose=0)
    model.save(tmp_path / "model.keras")
    for copy in (
        keras.models.load_model(tmp_path / "model.keras"),
        keras.models.clone_model(model),
    ):
        with pytest.raises(InputError, match="must have the columns"):
            copy.predict(ORDER, verbose=0)
        assert copy.predict(RIGHT, verbose=0).shape == (40, 1)


def test_a_model_of_arrays_takes_any_columns():
    model = keras_mlp.models.MLPClassifier(1, [4])
    model.compile()
    model.fit(X, Y, verbose=0)
    assert "column_names" not in model.get_config()
    np.testing.assert_array_equal(
        model.predict(ORDER, verbose=0), model.predict(X, verbose=0)
    )
