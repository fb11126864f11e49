import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

from keras_mlp.layers import MLP, Dense, ParametricActivation, PeriodicEmbedding, Scale

X = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")


# Keras' own test feeds `fit` from a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
class TestTheyAreLayers(TestCase):
    def check(self, layer_class, options, output_shape, trainable):
        self.run_layer_test(
            layer_class,
            init_kwargs=options,
            input_shape=(4, 3),
            expected_output_shape=output_shape,
            expected_num_trainable_weights=trainable,
            expected_num_non_trainable_weights=0,
            expected_num_losses=0,
            supports_masking=layer_class is not PeriodicEmbedding,
        )

    def test_scale(self):
        self.check(Scale, {"initializer": "ones"}, (4, 3), 1)

    def test_parametric_activation(self):
        self.check(ParametricActivation, {"activation": "selu"}, (4, 3), 1)

    def test_periodic_embedding(self):
        self.check(PeriodicEmbedding, {"units": 4, "seed": 0}, (4, 3, 4), 4)

    def test_periodic_embedding_with_relu(self):
        self.check(PeriodicEmbedding, {"units": 5, "kind": "plr"}, (4, 3, 5), 3)


def test_scale_and_parametric_activation_equal_numpy():
    scale, activation = Scale(), ParametricActivation("mish")
    scale(X), activation(X)
    factors = np.array([2.0, 0.0, -1.0], "float32")
    scale.scale.assign(factors)
    activation.weight.assign(factors)
    np.testing.assert_allclose(scale(X), X * factors)
    mish = X * np.tanh(np.log1p(np.exp(X)))
    np.testing.assert_allclose(
        activation(X), X + factors * (mish - X), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("kind", ["pbld", "plr"])
def test_periodic_embedding_equals_numpy(kind):
    layer = PeriodicEmbedding(4, frequencies=6, kind=kind, seed=1)
    outputs = layer(X).numpy()
    weights = {weight.name: weight.numpy() for weight in layer.weights}
    for feature in range(3):
        angles = 2 * np.pi * X[:, feature, None] * weights["frequencies"][feature]
        waves = np.hstack([np.cos(angles), np.sin(angles)])
        if kind == "pbld":
            waves = np.cos(angles + weights["phases"][feature])
        mapped = waves @ weights["kernel"][feature] + weights["bias"][feature]
        expected = np.maximum(mapped, 0)
        if kind == "pbld":
            expected = np.hstack([X[:, feature, None], mapped])
        np.testing.assert_allclose(outputs[:, feature], expected, atol=1e-5)


def test_periodic_embedding_starts_as_published():
    layer = PeriodicEmbedding(4, frequency_scale=0.5, seed=0)
    layer.build((None, 400))
    frequencies, phases, kernel, bias = (weight.numpy() for weight in layer.weights)
    assert abs(frequencies.std() - 0.5) < 0.02
    assert np.pi * 0.99 < np.abs(phases).max() <= np.pi
    assert 0.24 < np.abs(kernel).max() <= 0.25
    assert 0.24 < np.abs(bias).max() <= 0.25
    again = PeriodicEmbedding(4, frequency_scale=0.5, seed=0)
    again.build((None, 400))
    np.testing.assert_array_equal(again.kernel, kernel)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: PeriodicEmbedding(1), "units"),
        (lambda: PeriodicEmbedding(4, kind="pl"), "kind"),
        (lambda: PeriodicEmbedding(4, frequency_scale=0), "frequency_scale"),
        (lambda: ParametricActivation("rellu"), "activation"),
        (lambda: Scale("nonsense"), "initializer"),
        (lambda: Dense(3, parametrization="mup"), "parametrization"),
        (lambda: MLP([3], spectral_normalization="no"), "spectral_normalization"),
    ],
)
def test_wrong_arguments_are_named(make, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must .*Received: "):
        make()


def test_unknown_number_of_features():
    with pytest.raises(ValueError, match=r"size of its inputs' last axis.*Received"):
        Scale().build((None, None))


def test_ntk_parametrization():
    mlp = MLP([400, 300], "tanh", parametrization="ntk", gate="glu", seed=0)
    mlp.build((None, 3))
    for layer in mlp.layers:
        if isinstance(layer, Dense):
            assert abs(layer.kernel.numpy().std() - 1) < 0.06
            assert abs(layer.bias.numpy().std() - 1) < 0.1
    dense = mlp.get_layer("dense_1")
    inputs = np.ones((2, 400), "float32")
    expected = inputs @ dense.kernel.numpy() / 20 + dense.bias.numpy()
    np.testing.assert_allclose(dense(inputs), expected, rtol=1e-4, atol=1e-4)
    again = MLP.from_config(mlp.get_config())
    again.build((None, 3))
    np.testing.assert_array_equal(again(X), mlp(X))
    mirrored = mlp.reverse(tied=True)
    mirrored.build((None, 300))
    tied = mirrored.get_layer("dense_0")
    hidden = np.ones((2, 300), "float32")
    expected = hidden @ dense.kernel.numpy().T / np.sqrt(300) + tied.bias.numpy()
    np.testing.assert_allclose(tied(hidden), expected, rtol=1e-4, atol=1e-4)


def test_spectral_normalization():
    def block():
        layer = MLP([20, 4], spectral_normalization=True, seed=0)
        layer.build((None, 3))
        return layer

    mlp, again = block(), block()
    for _ in range(30):
        mlp(X, training=True)
    for name in ("dense_0", "dense_1"):
        norm = np.linalg.norm(mlp.get_layer(name).kernel.numpy(), 2)
        np.testing.assert_allclose(norm, 1, rtol=1e-3)
    # The vectors that Keras draws without a seed are drawn with one.
    for ours, theirs in zip(again.weights, block().weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    made = MLP.from_config(mlp.get_config())
    made.build((None, 3))
    made.set_weights(mlp.get_weights())
    np.testing.assert_array_equal(made(X), mlp(X))
    mirrored = mlp.reverse(tied=True)
    mirrored.build((None, 4))
    assert mirrored.get_layer("dense_1").kernel is mlp.get_layer("dense_0").kernel
    assert keras.ops.shape(mirrored(mlp(X))) == (5, 3)
