import keras
import numpy as np
import pytest

from keras_mlp.models import MLPRegressor

X = np.random.default_rng(0).normal(size=(12, 4)).astype("float32")
Y = np.random.default_rng(1).normal(size=(12, 3)).astype("float32")


def test_equals_the_network_written_in_numpy():
    model = MLPRegressor(3, [5], activation="tanh", seed=1)
    model.build((None, 4))
    hidden, hidden_bias, kernel, bias = model.get_weights()
    expected = np.tanh(X @ hidden + hidden_bias) @ kernel + bias
    np.testing.assert_allclose(model(X), expected, rtol=1e-5, atol=1e-6)
    model.compile()
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(((expected - Y) ** 2).mean(), rel=1e-5)
    assert logs["mean_absolute_error"] == pytest.approx(np.abs(expected - Y).mean())
    assert list(logs) == ["loss", "mean_absolute_error"]


def test_targets_of_one_output_may_leave_its_axis_out():
    histories = []
    for y in (Y[:, 0], Y[:, :1]):
        model = MLPRegressor(1, [5], seed=0)
        model.adapt(X, y)
        model.compile()
        histories.append(model.fit(X, y, shuffle=False, verbose=0).history)
    assert histories[0] == histories[1]
    # TensorFlow then makes one graph for both, in which the rank is not known.
    evaluated = [model.evaluate(X, y, verbose=0) for y in (Y[:, 0], Y[:, :1], Y[:, 0])]
    assert evaluated[0] == evaluated[1] == evaluated[2]


@pytest.mark.parametrize(
    ("num_outputs", "shape"), [(3, (12, 1)), (3, (12,)), (1, (12, 3)), (2, (12, 3))]
)
def test_targets_of_another_shape_are_not_broadcast(num_outputs, shape):
    y = np.zeros(shape, "float32")
    model = MLPRegressor(num_outputs, [5])
    model.compile()
    with pytest.raises(ValueError, match=r"shape of the model's outputs.*Received: "):
        model.fit(X, y, verbose=0)
    with pytest.raises(ValueError, match="Received: targets of shape"):
        MLPRegressor(num_outputs, [5]).adapt(X, y)


def test_sequences():
    x, y = np.stack([X, -X], 1), np.stack([Y, -Y], 1)
    model = MLPRegressor(3, [5], seed=0)
    model.adapt(x, y)
    model.compile()
    assert model.fit(x, y, verbose=0).history["loss"][0] > 0
    assert model.predict(x, verbose=0).shape == (12, 2, 3)
    np.testing.assert_allclose(
        model.target_standardization.deviation, y.std(axis=(0, 1)), rtol=1e-5
    )


def test_what_compile_is_given_is_heeded_and_saved(tmp_path):
    model = MLPRegressor(3, [5], seed=0)
    model.adapt(X, 100 * Y)
    model.compile("sgd", "mae", metrics=["mse"])
    model.fit(X, 100 * Y, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.loss == "mae"
    assert isinstance(loaded.optimizer, keras.optimizers.SGD)
    histories = [
        each.fit(X, 100 * Y, shuffle=False, verbose=0).history
        for each in (model, loaded)
    ]
    assert histories[0] == histories[1]
    assert list(histories[0]) == ["loss", "mse"]


def test_bad_sizes_are_refused():
    for options in ({"num_outputs": 0}, {"hidden_units": [0]}):
        with pytest.raises(ValueError, match="must be a positive integer"):
            MLPRegressor(**{"num_outputs": 1, "hidden_units": [2], **options})
