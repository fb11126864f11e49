import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

from keras_mlp.layers import Dense, EnsembleDense

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(7, 4, 6)).astype("float32")


# Keras' own test feeds `fit` from a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
class TestEnsembleDenseIsALayer(TestCase):
    def test_shared(self):
        self.run_layer_test(
            EnsembleDense,
            init_kwargs={
                "units": 3,
                "ensemble_size": 4,
                "activation": "relu",
                "input_scaling": "random_signs",
                "feature_sizes": [1, 5],
                "kernel_regularizer": "l2",
            },
            input_shape=(2, 4, 6),
            expected_output_shape=(2, 4, 3),
            expected_num_trainable_weights=4,
            expected_num_losses=1,
            supports_masking=False,
        )

    def test_packed(self):
        self.run_layer_test(
            EnsembleDense,
            init_kwargs={
                "units": 3,
                "ensemble_size": 2,
                "kind": "packed",
                "kernel_initializer": ["ones", "zeros"],
                "kernel_constraint": "unit_norm",
            },
            input_shape=(5, 6),
            expected_output_shape=(5, 2, 3),
            expected_num_trainable_weights=2,
            supports_masking=False,
        )


def randomized(layer):
    layer.set_weights([RANDOM.normal(size=w.shape) for w in layer.weights])
    return layer


@pytest.mark.parametrize("x", [X, X[:, 0]], ids=["each", "all"])
@pytest.mark.parametrize(
    ("scalings", "share_bias"),
    [(("ones", "ones"), False), (("normal", None), True), ((None, None), True)],
)
def test_shared_is_batch_ensemble(x, scalings, share_bias):
    layer = EnsembleDense(
        3,
        4,
        "tanh",
        input_scaling=scalings[0],
        output_scaling=scalings[1],
        share_bias=share_bias,
    )
    layer.build(x.shape)
    randomized(layer)
    r, s = (
        np.ones((4, size)) if scale is None else scale.numpy()
        for scale, size in ((layer.input_scale, 6), (layer.output_scale, 3))
    )
    inputs = x if x.ndim == 3 else np.repeat(x[:, None], 4, axis=1)
    expected = np.tanh(((inputs * r) @ layer.kernel.numpy()) * s + layer.bias.numpy())
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("x", [X, X[:, 0]], ids=["each", "all"])
def test_packed_is_layers_beside_each_other(x):
    layer = EnsembleDense(3, 4, "tanh", kind="packed", kernel_constraint="max_norm")
    layer.build(x.shape)
    randomized(layer)
    layer.kernel.assign(layer.kernel.constraint(layer.kernel))
    outputs = layer(x).numpy()
    for member in range(4):
        alone = Dense(3, "tanh", kernel_constraint="max_norm")
        inputs = x[:, member] if x.ndim == 3 else x
        alone.build(inputs.shape)
        alone.set_weights([weight.numpy()[member] for weight in layer.weights])
        np.testing.assert_allclose(
            alone.kernel.constraint(alone.kernel), alone.kernel, rtol=1e-5
        )
        np.testing.assert_allclose(
            outputs[:, member], alone(inputs), rtol=1e-5, atol=1e-6
        )


def test_starts():
    layer = EnsembleDense(
        50, 40, input_scaling="random_signs", feature_sizes=[3, 13], seed=1
    )
    layer.build((None, 16))
    signs = layer.input_scale.numpy()
    assert set(signs.ravel()) == {-1.0, 1.0}
    assert (signs[:, :3] == signs[:, :1]).all()
    assert (signs[:, 3:] == signs[:, 3:4]).all()
    assert 0.2 < (signs[:, 0] == signs[:, 3]).mean() < 0.8
    assert (layer.output_scale.numpy() == 1).all()
    for weight in (layer.kernel.numpy(), layer.bias.numpy()):
        assert 0.24 < abs(weight).max() <= 0.25
    # All networks start with one bias.
    assert (layer.bias.numpy() == layer.bias.numpy()[0]).all()
    again = EnsembleDense.from_config(layer.get_config())
    again.build((None, 16))
    for weight, other in zip(layer.weights, again.weights, strict=True):
        np.testing.assert_array_equal(weight, other)

    packed = EnsembleDense(3, 4, kind="packed", kernel_initializer="he_normal", seed=1)
    packed.build((None, 1000))
    kernels = packed.kernel.numpy()
    assert abs(kernels.std() - np.sqrt(2 / 1000)) < 0.002
    assert len({kernel.tobytes() for kernel in kernels}) == 4
    assert len({bias.tobytes() for bias in packed.bias.numpy()}) == 4


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ({"kind": "batch"}, (2, 6), "`kind` must be one of"),
        ({"input_scaling": "sign"}, (2, 6), "`input_scaling` must be one of"),
        ({"feature_sizes": [2, 3]}, (2, 6), "add up to the number of columns"),
        ({}, (2, 3, 6), r"\(batch_size, 4, input_size\)"),
        ({}, (2, None), "input_size that is known"),
        (
            {"kind": "packed", "kernel_initializer": ["ones"]},
            (2, 6),
            "a list of length 1",
        ),
    ],
)
def test_errors(arguments, shape, message):
    with pytest.raises(ValueError, match=message):
        EnsembleDense(3, 4, **arguments).build(shape)


def test_penalty_is_that_of_each():
    layer = EnsembleDense(
        3,
        2,
        kind="packed",
        kernel_regularizer=keras.regularizers.OrthogonalRegularizer(0.1),
    )
    layer.build((None, 6))
    penalty = keras.regularizers.OrthogonalRegularizer(0.1)
    expected = sum(float(penalty(kernel)) for kernel in layer.kernel.numpy())
    np.testing.assert_allclose(layer.losses[0], expected, rtol=1e-5)
