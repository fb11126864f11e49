import keras
import numpy as np
import pytest

from keras_mlp import models, report
from keras_mlp.report.inside.hidden import last_hidden, principal_components
from keras_mlp.report.inside.recording import (
    activations_of,
    innermost_layers,
    kernel_of,
    layers_with_kernels,
)

X = np.random.default_rng(0).normal(size=(30, 2)).astype("float32")


def stock():
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(6, "relu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, "softmax"),
        ]
    )


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(6)
        self.last = keras.layers.Dense(1)

    def call(self, inputs):
        return self.last(keras.ops.tanh(self.first(inputs)))


def ours():
    return models.MLPClassifier(3, [6, 5], seed=0)


@pytest.mark.parametrize("make", [stock, Subclassed, ours])
def test_activations_are_those_of_the_layers(make):
    model = make()
    outputs = np.asarray(model(X))
    given = activations_of(model, X)
    *_, last = given.values()
    np.testing.assert_array_equal(last, outputs)
    first = innermost_layers(model)[0].layer
    np.testing.assert_array_equal(given[first.name], first(X))
    # Nothing stays behind in the layers, and dropout gives what it is given.
    assert "call" not in vars(first)
    assert not any("dropout" in name for name in given)


def test_names_and_kernels_of_tied_halves():
    model = models.MLPAutoencoder([6, 4], tied=True, seed=0)
    model.build((None, 9))
    layers = layers_with_kernels(model)
    assert [name for name, _ in layers] == [
        "encoder/dense_0",
        "encoder/dense_1",
        "decoder/dense_0",
        "decoder/dense_1",
    ]
    shapes = [kernel_of(layer).shape for _, layer in layers]
    assert shapes == [(9, 6), (6, 4), (4, 6), (6, 9)]
    np.testing.assert_array_equal(kernel_of(layers[3].layer).T, layers[0].layer.kernel)


def test_principal_components():
    values = np.random.default_rng(0).normal(size=(50, 4)) * [5, 1, 3, 0.1]
    points, shares = principal_components(values)
    variances = np.linalg.eigvalsh(np.cov(values.T))[::-1]
    np.testing.assert_allclose(points.var(axis=0, ddof=1), variances[:2])
    np.testing.assert_allclose(shares, variances[:2] / variances.sum())


def test_the_last_hidden_layer():
    hidden, outputs = np.ones((4, 6)), np.ones((4, 3))
    given = {"dense": hidden, "dense_1": outputs, "softmax": outputs}
    name, _ = last_hidden(given)
    assert name == "dense"
    assert last_hidden({"dense": outputs}) is None


def test_every_picture_is_drawn(tmp_path):
    model, other = ours(), Subclassed()
    labels, numbers = np.arange(30) % 3, X.sum(axis=1)
    model(X), other(X)
    report.plot_weights(model, tmp_path / "weights.png", layer="dense_1")
    report.plot_activations(other, X[:3], tmp_path / "activations.png")
    report.plot_boundary(model, X, labels, tmp_path / "classes.png", ["a", "b", "c"])
    other.compile(loss="mse")
    report.plot_boundary(other, X, numbers, tmp_path / "numbers.png")
    report.plot_mistakes(model, X, labels, tmp_path / "mistakes.png")
    report.plot_mistakes(other, X, numbers, tmp_path / "errors.png")
    report.plot_network(model, tmp_path / "network.png")
    report.plot_hidden(X, labels, tmp_path / "hidden.png")
    pictures = list(tmp_path.iterdir())
    assert len(pictures) == 8
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_what_cannot_be_drawn_is_said(tmp_path):
    path = tmp_path / "picture.png"
    built = ours()
    built.build((None, 2))
    for draw, words in [
        (lambda: report.plot_weights(ours(), path), "is built"),
        (lambda: report.plot_weights(built, path, layer="dense"), "one of dense_0"),
        (lambda: report.plot_weights(built, path, image_shape=(2, 2)), "product of 2"),
        (lambda: report.plot_activations(built, X[0], path), "hold examples"),
        (lambda: report.plot_boundary(built, X[:, :1], X[:, 0], path), "two columns"),
        (lambda: report.plot_hidden(X[:1], [0], path), "at least two"),
    ]:
        with pytest.raises(ValueError, match=words):
            draw()
    assert not path.exists()
