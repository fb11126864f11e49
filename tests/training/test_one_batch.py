"""Arrays that fit one batch: no data set is made of them, and nothing else changes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.keras_internals import EpochIterator
from keras_mlp.training.feeding.arrays import OneBatch

X = np.random.default_rng(0).normal(size=(7, 4)).astype("float32")
Y = X[:, :2] * 2
WEIGHTS = np.linspace(0, 1, 7, dtype="float32")

ARRAYS = {
    "floats": (X,),
    "doubles and integers": (X.astype("float64"), np.arange(7)),
    "halves and bytes": (X.astype("float16"), np.arange(7, dtype="uint8")),
    "Booleans and weights": (X, X[:, :1] > 0, WEIGHTS),
    "tensors": (tf.constant(X), tf.constant(Y)),
    "lists": ([X, X[:, :1]], [Y, Y]),
    "dictionaries": ({"a": X, "b": X[:, 0]}, {"c": Y}),
}


@pytest.mark.parametrize("batch_size", [7, 32])
@pytest.mark.parametrize("name", ARRAYS)
def test_it_is_the_batch_that_keras_makes(name, batch_size):
    arrays = ARRAYS[name]
    data = EpochIterator(*arrays, batch_size=batch_size)
    expected = data.data_adapter.get_tf_dataset()
    packed = keras.utils.pack_x_y_sample_weight(*arrays)
    one = OneBatch(packed, batch_size)
    assert one.element_spec == expected.element_spec
    for _ in range(2):
        [batch], [reference] = list(one), list(expected)
        tf.nest.assert_same_structure(batch, reference)
        for leaf, other in zip(
            tf.nest.flatten(batch), tf.nest.flatten(reference), strict=True
        ):
            assert leaf.dtype == other.dtype
            np.testing.assert_array_equal(leaf, other)


def models(**options):
    made = []
    for module in (keras, keras_mlp):
        keras.utils.set_random_seed(1)
        model = module.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        model.compile("sgd", "mse", metrics=["mae"], **options)
        made.append(model)
    made[1].set_weights(made[0].get_weights())
    return made


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_predict_and_evaluate_are_those_of_keras(run_eagerly, monkeypatch):
    stock, ours = models(run_eagerly=run_eagerly)
    expected = stock.predict(X, verbose=0)
    figures = stock.evaluate(X, Y, sample_weight=WEIGHTS, verbose=0, return_dict=True)

    def refuse(*arguments, **options):
        raise AssertionError("a data set was made")

    monkeypatch.setattr(tf.data.Dataset, "from_tensors", refuse)
    monkeypatch.setattr(tf.data.Dataset, "range", refuse)
    np.testing.assert_allclose(ours.predict(X, verbose=0), expected, rtol=1e-6)
    found = ours.evaluate(X, Y, sample_weight=WEIGHTS, verbose=0, return_dict=True)
    assert found == pytest.approx(figures, rel=1e-6)
    with pytest.raises(AssertionError, match="a data set"):
        ours.predict(X, batch_size=6, verbose=0)


def test_a_validation_of_one_batch_is_read_in_each_epoch():
    stock, ours = models()
    data = {"validation_data": (X, Y), "shuffle": False, "epochs": 3, "verbose": 0}
    expected, found = (m.fit(X, Y, **data).history["val_loss"] for m in (stock, ours))
    assert found == pytest.approx(expected, rel=1e-5)
    assert len(set(found)) == 3


def test_the_input_is_neither_changed_nor_shared():
    model = keras_mlp.Sequential([keras.Input((4,)), keras.layers.Identity()])
    given = X.copy()
    outputs = model.predict(given, verbose=0)
    outputs[:] = 0
    np.testing.assert_array_equal(given, X)


@pytest.mark.parametrize(
    ("x", "match"),
    [
        (np.where(X > 1, np.nan, X), "NaN|nan|finite"),
        (X[:, :3], "features"),
        (X[:0], "at least one|empty|no example|examples"),
        (X.astype(str), "numbers|text"),
        (X.astype("complex64"), "complex"),
    ],
)
def test_wrong_inputs_are_named(x, match):
    _, model = models()
    with pytest.raises(ValueError, match=match):
        model.predict(x, verbose=0)
