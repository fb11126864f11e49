"""`adapt`: features and targets in units of their deviation, inside the model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.models import MLPClassifier, MLPRegressor

RANDOM = np.random.default_rng(0)
# A year, a share, and a number that is always the same.
X = np.stack(
    [RANDOM.normal(2000, 9, 40), RANDOM.uniform(0, 1e-3, 40), np.full(40, 0.7)], 1
).astype("float32")
CLASSES = np.arange(40) % 3
Y = np.stack([RANDOM.normal(3e5, 4e4, 40), RANDOM.normal(0, 1e-2, 40)], 1)
SCALED = (X - X.mean(axis=0, dtype="float64")) / [X[:, 0].std(), X[:, 1].std(), 1]


def classifier(**options):
    return MLPClassifier(3, [5], seed=0, **options)


def regressor(**options):
    return MLPRegressor(2, [5], seed=0, **options)


def as_batches(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays).batch(7)


@pytest.mark.parametrize(
    "data",
    [X, X.tolist(), tf.constant(X), as_batches(X), as_batches(X, CLASSES)],
    ids=["array", "list", "tensor", "data set", "data set with targets"],
)
def test_the_network_sees_standardised_features(data):
    model, plain = classifier(), classifier()
    model.adapt(data)
    np.testing.assert_allclose(model(X), plain(SCALED), rtol=1e-3, atol=1e-4)
    assert len(model.trainable_weights) == len(plain.trainable_weights)


def test_predictions_have_the_units_of_the_targets():
    model, plain = regressor(), regressor()
    model.adapt(X, Y)
    expected = plain(SCALED) * Y.std(axis=0) + Y.mean(axis=0)
    np.testing.assert_allclose(model(X), expected, rtol=1e-3)
    by_batches = regressor()
    by_batches.adapt(as_batches(X, Y))
    np.testing.assert_allclose(by_batches(X), model(X), rtol=1e-5)


def test_training_is_that_of_a_stock_network_on_standardised_data():
    model = regressor()
    model.adapt(X, Y)
    model.build((None, 3))
    stock = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(5, activation="relu"),
            keras.layers.Dense(2),
        ]
    )
    stock.set_weights([weight.numpy() for weight in model.trainable_weights])
    scaled_x = model.standardization(X)
    scaled_y = model.target_standardization(Y)
    model.compile(keras.optimizers.Adam(0.01))
    stock.compile(keras.optimizers.Adam(0.01), "mse")
    options = {"batch_size": 16, "epochs": 3, "shuffle": False, "verbose": 0}
    weights = np.linspace(0.1, 2, 40)
    logs = model.fit(X, Y, sample_weight=weights, **options).history
    expected = stock.fit(scaled_x, scaled_y, sample_weight=weights, **options).history
    np.testing.assert_allclose(logs["loss"], expected["loss"], rtol=1e-5)
    for one, two in zip(model.trainable_weights, stock.weights, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-5)
    # The metric is in the units of the data.
    evaluated = model.evaluate(X, Y, verbose=0, return_dict=True)
    error = np.abs(model.predict(X, verbose=0) - Y).mean()
    assert evaluated["mean_absolute_error"] == pytest.approx(error, rel=1e-4)
    assert error > 1000 > evaluated["loss"]


def test_weights_count_examples_repeatedly():
    counts = np.arange(40) % 4
    model, repeated = regressor(), regressor()
    model.adapt(X, Y, sample_weight=counts)
    repeated.adapt(np.repeat(X, counts, axis=0), np.repeat(Y, counts, axis=0))
    for one, two in zip(model.weights, repeated.weights, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-6)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_it_travels_with_file_weights_and_export(make, tmp_path):
    model = make()
    model.adapt(*((X, Y) if make is regressor else (X,)))
    expected = model(X).numpy()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(X), expected)
    model.save_weights(tmp_path / "model.weights.h5")
    other = make(standardize=True)
    other.build((None, 3))
    assert not np.allclose(other(X), expected)
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other(X), expected)
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(served.serve(X), expected, rtol=1e-5)


def test_adapting_again_changes_what_was_compiled_before():
    model = classifier()
    model.adapt(X)
    before = model.predict(X, verbose=0)
    model.adapt(X * 2 + 1)
    np.testing.assert_allclose(
        model.predict(X * 2 + 1, verbose=0), before, rtol=1e-3, atol=1e-4
    )


def test_standardize_makes_room_that_the_first_fit_builds():
    # `keras.layers.Normalization` cannot be built there.
    model, plain = regressor(standardize=True), regressor()
    for each in (model, plain):
        each.compile()
        each.fit(SCALED, SCALED[:, :2], shuffle=False, verbose=0)
    # Not adapted, it is the identity.
    np.testing.assert_allclose(model(SCALED), plain(SCALED), rtol=1e-5, atol=1e-6)
    assert len(model.weights) == len(plain.weights) + 4
    model.adapt(X, Y)
    assert abs(model.predict(X, verbose=0)[:, 0].mean() - 3e5) < 1e5


def test_a_model_that_has_no_room_says_so():
    model = classifier()
    model.build((None, 3))
    with pytest.raises(ValueError, match=r"has no place for it now.*standardize=True"):
        model.adapt(X)
    np.testing.assert_array_equal(model(X), classifier()(X))


def test_after_preprocessing():
    images = RANDOM.integers(0, 256, (30, 2, 2), dtype="uint8")
    model = classifier(preprocessing=keras_mlp.data.ImagePreprocessing())
    model.adapt(images)
    rows = images.reshape(30, 4) / 255
    np.testing.assert_allclose(model.standardization.mean, rows.mean(0), rtol=1e-5)
    np.testing.assert_allclose(model.standardization.deviation, rows.std(0), rtol=1e-5)
    assert model(images).shape == (30, 3)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_gets_standardised_numbers(policy):
    # In bfloat16 1999 and 2000 are the same year; in float16 3e5 is infinite.
    full, half = regressor(), regressor(dtype=policy)
    for model in (full, half):
        model.adapt(X, Y)
    outputs = half(X)
    assert outputs.dtype == "float32"
    np.testing.assert_allclose(outputs, full(X), rtol=0.01, atol=0.02 * Y.std(0).max())
    errors = (outputs - full(X)) / Y.std(axis=0)
    assert np.abs(errors).max() < 0.05


def test_double_precision_is_kept():
    # In float32 these targets are all the same.
    targets = 1e9 + np.stack([X[:, 1], -X[:, 1]], 1).astype("float64")
    model = regressor(dtype="float64")
    model.adapt(X, targets)
    outputs = model(X)
    assert outputs.dtype == "float64"
    assert np.abs(outputs - targets).max() < 0.01


def test_targets_are_needed():
    with pytest.raises(ValueError, match="needs the targets too"):
        regressor().adapt(X)
    with pytest.raises(ValueError, match="needs the targets too"):
        regressor().adapt(as_batches(X))


def test_a_missing_number_is_named():
    data = X.copy()
    data[3, 1] = np.nan
    model = classifier()
    with pytest.raises(ValueError, match=r"NaN or infinity in the features \[1\]"):
        model.adapt(data)
    assert not model.standardize
