import itertools

import numpy as np
import pytest
from keras.src.testing import TestCase

from keras_mlp.layers import PiecewiseLinearEmbedding

RANDOM = np.random.default_rng(0)
# A normal feature, one of few numbers, a constant one.
X = np.stack(
    [RANDOM.normal(size=50), RANDOM.integers(0, 2, 50), np.full(50, 2.0)], axis=1
).astype("float32")


# Keras' own test feeds `fit` from a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
class TestPiecewiseLinearEmbeddingIsALayer(TestCase):
    def test_layer(self):
        for version, weights in (("A", 2), ("B", 3)):
            self.run_layer_test(
                PiecewiseLinearEmbedding,
                init_kwargs={
                    "units": 3,
                    "version": version,
                    "activation": "relu",
                    "edges": [[0.0, 1.0, 2.0], [-1.0, 1.0]],
                },
                input_shape=(5, 2),
                expected_output_shape=(5, 2, 3),
                expected_num_trainable_weights=weights,
                supports_masking=False,
            )


def shares(x, edges):
    """The definition, bin by bin."""
    result = []
    for place, (low, high) in enumerate(itertools.pairwise(edges)):
        share = (x - low) / (high - low)
        share = share if place == 0 else np.maximum(share, 0)
        result.append(share if place == len(edges) - 2 else np.minimum(share, 1))
    return np.stack(result, axis=-1)


@pytest.mark.parametrize("version", ["A", "B"])
def test_is_its_definition(version):
    layer = PiecewiseLinearEmbedding(4, bins=5, version=version, activation="tanh")
    layer.adapt(X)
    quantiles = np.quantile(X[:, 0], np.linspace(0, 1, 6))
    np.testing.assert_allclose(layer.edges[0], quantiles, rtol=1e-6)
    assert layer.edges[1] == [0.0, 1.0]
    x = (3 * RANDOM.normal(size=(9, 3))).astype("float32")
    layer.build(x.shape)
    layer.set_weights([RANDOM.normal(size=w.shape) for w in layer.weights])
    outputs = layer(x).numpy()
    for feature, edges in enumerate(layer.edges):
        share = shares(x[:, feature], np.array(edges))
        kernel = layer.kernel.numpy()[feature]
        # A feature's last bin has the last place.
        kernel = kernel[[*range(len(edges) - 2), -1]]
        bias = layer.bias.numpy()[feature]
        if version == "A":
            expected = np.tanh(share @ kernel + bias)
        else:
            slope = layer.slope.numpy()[feature]
            expected = x[:, feature, None] * slope + bias + np.tanh(share @ kernel)
        np.testing.assert_allclose(outputs[:, feature], expected, rtol=1e-4, atol=1e-4)


def test_starts():
    layer = PiecewiseLinearEmbedding(4, bins=9, seed=0)
    layer.adapt(X)
    layer.build(X.shape)
    assert not layer.kernel.numpy().any()
    assert 0.3 < abs(layer.slope.numpy()).max() <= 0.5
    assert (layer.slope.numpy() != layer.bias.numpy()).all()
    layer = PiecewiseLinearEmbedding(4, bins=9, version="A", seed=0)
    layer.adapt(X)
    layer.build(X.shape)
    assert 0.3 < abs(layer.kernel.numpy()).max() <= 1 / 3


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda layer: layer(X), "Call `adapt` with the training data first"),
        (lambda layer: layer.adapt(np.full((3, 2), np.nan)), "finite numbers"),
        (lambda layer: layer.adapt(np.zeros((0, 2))), "a row at least"),
        (lambda layer: (layer.adapt(X), layer(X[:, :2])), r"\(batch_size, 3\)"),
        (lambda layer: (layer.adapt(X), layer(X), layer.adapt(X)), "was built"),
        (lambda _: PiecewiseLinearEmbedding(2, edges=[[1.0, 1.0]]), "each above"),
        (lambda _: PiecewiseLinearEmbedding(2, version="C"), "`version` must be"),
    ],
)
def test_errors(use, message):
    with pytest.raises(ValueError, match=message):
        use(PiecewiseLinearEmbedding(2))
