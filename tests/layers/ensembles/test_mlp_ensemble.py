import keras
import numpy as np
import pytest

from keras_mlp import Sequential
from keras_mlp.layers import MLP
from keras_mlp.layers.initializers import layer_seeds

X = np.random.default_rng(0).normal(size=(8, 3, 6)).astype("float32")

OPTIONS = {
    "plain": {"dropout": 0.0},
    "batch": {"normalization": "batch", "residual": True},
    "layers": {
        "activation": keras.layers.PReLU("ones"),
        "normalization": keras.layers.LayerNormalization(epsilon=0.1),
        "residual": "project",
        "kernel_initializer": keras.initializers.HeNormal(seed=1),
    },
    "gate": {"gate": "swiglu", "bias_initializer": "normal"},
    "ntk": {"parametrization": "ntk", "final_activation": "tanh"},
}


def networks(options, x):
    """Returns an ensemble, and each of its networks as a block by itself."""
    together = MLP([6, 5, 2], ensemble=3, seed=0, **options)
    together.build(x.shape)
    alone = []
    for seed in layer_seeds(0, 3):
        block = MLP([6, 5, 2], seed=seed, **options)
        block.build((None, 6))
        alone.append(block)
    return together, alone


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("x", [X, X[:, 0]], ids=["each", "all"])
def test_is_its_networks(options, x):
    together, alone = networks(options, x)
    assert together.compute_output_shape(x.shape) == (8, 3, 2)
    for training in (True, False):
        outputs = together(x, training=training).numpy()
        for member, block in enumerate(alone):
            if "kernel_initializer" in options and member:
                # Its seed is that of the first; the others start elsewhere.
                assert not np.allclose(outputs[:, member], outputs[:, 0], atol=0.01)
                continue
            inputs = x[:, member] if x.ndim == 3 else x
            expected = block(inputs, training=training)
            np.testing.assert_allclose(
                outputs[:, member], expected, rtol=1e-5, atol=1e-5
            )


def test_networks_train_as_they_do_alone():
    together, alone = networks({"activation": "tanh"}, X)
    y = np.random.default_rng(1).normal(size=(8, 3, 2)).astype("float32")
    model = Sequential([keras.Input((6,)), together])
    # Its loss is the mean of theirs.
    model.compile(keras.optimizers.SGD(0.3), "mse")
    model.fit(X[:, 0], y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    outputs = model.predict(X[:, 0], verbose=0)
    for member, block in enumerate(alone):
        single = Sequential([keras.Input((6,)), block])
        single.compile(keras.optimizers.SGD(0.1), "mse")
        for start in (0, 4, 0, 4):
            part = slice(start, start + 4)
            single.train_on_batch(X[part, 0], y[part, member])
        np.testing.assert_allclose(
            outputs[:, member], single(X[:, 0]), rtol=1e-5, atol=1e-5
        )


def test_dropout_is_that_of_each():
    block = MLP([64, 1], dropout=0.5, ensemble=2, kernel_initializer="ones", seed=0)
    outputs = block(np.ones((20, 3)), training=True).numpy()
    assert (outputs[:, 0] != outputs[:, 1]).any()


def test_counts():
    block = MLP([5, 2], ensemble=3)
    for shape in ((None, 6), (None, 3, 6)):
        assert block.count_flops(shape) == 3 * (6 * 5 + 5 * 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MLP([], ensemble=2), "must hold a layer"),
        (lambda: MLP([2], ensemble=0), "`ensemble` must be a positive integer"),
        (lambda: MLP([2], ensemble=2)(X), r"\(batch_size, 2, input_size\)"),
        (
            lambda: MLP([2], ensemble=2, spectral_normalization=True),
            "must be False where there is",
        ),
        (lambda: networks({}, X)[0].reverse(tied=True), "must be None for tied"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_reverse():
    together, _ = networks({}, X)
    assert together.reverse()(together(X)).shape == X.shape
