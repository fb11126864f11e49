"""`MLP.reverse`: the mirrored block, with kernels of its own or the same ones."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.layers import MLP, Dense, TiedMLP
from keras_mlp.layers.tied_dense import TiedDense

X = np.random.default_rng(0).normal(size=(8, 6)).astype("float32")


def encoder(units=(5, 3), **options):
    mlp = MLP(units, seed=0, name="encoder", **options)
    mlp.build((None, 6))
    return mlp


def pair(**options):
    block = encoder(**options)
    return block, block.reverse(tied=True, name="decoder")


# With kernels of its own.


def test_widths_and_options_are_mirrored():
    mlp = encoder(
        [5, 4, 3],
        activation=["relu", "tanh"],
        dropout=[0.1, 0.2],
        normalization=[None, "batch"],
        kernel_regularizer=["l1", None, "l2"],
        final_activation="sigmoid",
        use_final_bias=False,
        residual=True,
        dtype="mixed_bfloat16",
    )
    mirrored = mlp.reverse()
    assert type(mirrored) is MLP
    assert mirrored.units == [4, 5, 6]
    assert mirrored.name == "encoder_reversed"
    assert [layer.name for layer in mirrored.layers] == [
        *("dense_0", "normalization_0", "activation_0", "dropout_0"),
        *("dense_1", "dropout_1", "dense_2"),
    ]
    assert mirrored.activation == [keras.activations.tanh, keras.activations.relu]
    assert mirrored.dropout == [0.2, 0.1]
    last, middle, first = mirrored.kernel_regularizer
    assert (type(last).__name__, middle, type(first).__name__) == ("L2", None, "L1")
    assert mirrored.final_activation is keras.activations.sigmoid
    assert mirrored.use_final_bias is False
    assert mirrored.residual is True
    assert mirrored.dtype_policy == mlp.dtype_policy
    assert mirrored(mlp(X)).shape == X.shape


def test_options_that_are_to_differ():
    mirrored = encoder(dropout=0.5).reverse(
        dropout=0.0, final_activation="tanh", name="other", seed=None
    )
    assert (mirrored.dropout, mirrored.name, mirrored.seed) == (0.0, "other", None)
    assert mirrored.final_activation is keras.activations.tanh


@pytest.mark.parametrize("initializer", [None, keras.initializers.HeNormal(seed=1)])
def test_the_mirrored_block_draws_other_numbers(initializer):
    mlp = encoder([6, 6], kernel_initializer=initializer)
    mirrored, again = mlp.reverse(), mlp.reverse()
    for block in (mirrored, again):
        block.build((None, 6))
    kernels = [layer.kernel.numpy().tobytes() for layer in mlp.layers + mirrored.layers]
    assert len(set(kernels)) == 4
    np.testing.assert_array_equal(mirrored.get_weights()[0], again.get_weights()[0])


@pytest.mark.parametrize("tied", [False, True])
def test_the_identity_and_one_layer(tied):
    identity = MLP([])
    identity.build((None, 6))
    assert identity.reverse(tied)(X).shape == X.shape
    assert encoder([3]).reverse(tied).units == [6]


@pytest.mark.parametrize("tied", [False, True])
def test_width_of_the_inputs_must_be_known(tied):
    with pytest.raises(ValueError, match=r"must be built\. Received.*mlp\.build\("):
        MLP([5, 3]).reverse(tied)


# With the same kernels.


def test_is_the_transposed_network_in_numpy():
    block, mirrored = pair(activation="relu", bias_initializer="normal")
    code = block(X)
    outputs = mirrored(code)
    first, _, second, _ = block.get_weights()
    hidden_bias, final_bias = (layer.bias.numpy() for layer in mirrored.layers)
    hidden = np.maximum(code.numpy() @ second.T + hidden_bias, 0)
    expected = hidden @ first.T + final_bias
    np.testing.assert_allclose(outputs, expected, rtol=1e-6, atol=1e-6)


def test_trains_like_the_network_written_out():
    block, mirrored = pair(kernel_regularizer=keras.regularizers.L2(0.1))
    model = keras_mlp.Sequential([keras.Input((6,)), block, mirrored])
    shapes = [tuple(weight.shape) for weight in model.trainable_weights]
    assert shapes == [(6, 5), (5,), (5, 3), (3,), (5,), (6,)]
    weights = [tf.Variable(weight.value) for weight in model.trainable_weights]
    model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    for _ in range(3):
        # Before Keras 3.15, `train_on_batch` returns the mean since the last reset.
        model.reset_metrics()
        loss = model.train_on_batch(X, X)
        with tf.GradientTape() as tape:
            first, b0, second, b1, b2, b3 = weights
            code = tf.nn.relu(X @ first + b0) @ second + b1
            outputs = tf.nn.relu(code @ tf.transpose(second) + b2)
            outputs = outputs @ tf.transpose(first) + b3
            # The penalty counts once.
            penalty = 0.1 * sum(tf.reduce_sum(kernel**2) for kernel in (first, second))
            expected = tf.reduce_mean((outputs - X) ** 2) + penalty
        for weight, gradient in zip(
            weights, tape.gradient(expected, weights), strict=True
        ):
            weight.assign_sub(0.1 * gradient)
        np.testing.assert_allclose(loss, expected, rtol=1e-6)
    for ours, weight in zip(model.trainable_weights, weights, strict=True):
        np.testing.assert_allclose(ours, weight, rtol=1e-6, atol=1e-6)


def test_gradients_come_from_both_uses():
    block, mirrored = pair()
    kernel = block.get_layer("dense_0").kernel
    with tf.GradientTape(persistent=True) as tape:
        code = block(X)
        both = tf.reduce_sum(mirrored(code) ** 2)
        decoded = tf.reduce_sum(mirrored(tf.stop_gradient(code)) ** 2)
    through_decoder = tape.gradient(decoded, kernel.value)
    through_both = tape.gradient(both, kernel.value)
    assert np.abs(through_decoder).max() > 0
    assert not np.allclose(through_both, through_decoder)


def test_gates_projections_and_normalizations_are_its_own():
    options = {"gate": "glu", "residual": "project", "normalization": "batch"}
    block, mirrored = pair(**options)
    mirrored.build((None, 3))
    shared = {id(w) for w in block.weights} & {id(w) for w in mirrored.weights}
    assert shared == {id(block.get_layer(f"dense_{i}").kernel) for i in (0, 1)}
    assert mirrored(block(X)).shape == X.shape


def test_freezing_one_block_freezes_the_kernels_of_both():
    block, mirrored = pair()
    model = keras.Sequential([keras.Input((6,)), block, mirrored])
    mirrored.trainable = False
    assert [weight.path for weight in model.trainable_weights] == [
        *("encoder/dense_0/bias", "encoder/dense_1/bias")
    ]


# Made again. The decoder comes first in some of these models, inside others in some.


def sequential():
    return keras_mlp.Sequential([keras.Input((6,)), *pair()])


def functional():
    block, mirrored = pair()
    inputs = keras.Input((6,))
    return keras_mlp.Model(inputs, mirrored(block(inputs)))


def in_parts():
    block, mirrored = pair()
    inputs = keras.Input((6,))
    to_code = keras.Sequential([keras.Input((6,)), block])
    from_code = keras.Sequential([keras.Input((3,)), mirrored])
    return keras_mlp.Model(inputs, from_code(to_code(inputs)))


def decoder_first():
    block, mirrored = pair()
    inputs = keras.Input((3,))
    return keras_mlp.Model(inputs, block(mirrored(inputs)))


def decoder_first_in_parts():
    block, mirrored = pair()
    inputs = keras.Input((3,))
    to_code = keras.Sequential([keras.Input((6,)), block])
    from_code = keras.Sequential([keras.Input((3,)), mirrored])
    return keras_mlp.Model(inputs, to_code(from_code(inputs)))


@keras.saving.register_keras_serializable(package="tests")
class Autoencoder(keras_mlp.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.to_code = MLP([5, 3], name="encoder")

    def build(self, input_shape):
        self.to_code.build(input_shape)
        self.decode = self.to_code.reverse(tied=True, name="decoder")
        self.decode.build((None, 3))

    def call(self, inputs):
        return self.decode(self.to_code(inputs))


def subclassed():
    model = Autoencoder()
    model.build((None, 6))
    return model


ENCODER_FIRST = [sequential, functional, in_parts]
ALL = [*ENCODER_FIRST, decoder_first, decoder_first_in_parts, subclassed]


def blocks(model):
    found = {
        layer.name: layer for layer in model._flatten_layers() if isinstance(layer, MLP)
    }
    return found["encoder"], found["decoder"]


def assert_tied(model):
    block, mirrored = blocks(model)
    assert mirrored.source is block
    for index in (0, 1):
        kernel = block.get_layer(f"dense_{index}").kernel
        assert mirrored.get_layer(f"dense_{1 - index}").kernel is kernel
    assert len(model.weights) == 6


def loaded_from_a_file(model, directory):
    model.save(directory / "model.keras")
    return keras.saving.load_model(directory / "model.keras")


# Pickling and copying take the same way; `test_conformance` goes it.
@pytest.mark.parametrize("make", ALL)
def test_stays_tied_when_reloaded_and_trained_on(make, tmp_path):
    model = make()
    x = X[:, :3] if "decoder_first" in make.__name__ else X
    model.compile("adam", "mse", run_eagerly=True)
    model.train_on_batch(x, x)
    again = loaded_from_a_file(model, tmp_path)
    assert_tied(again)
    assert not {id(w) for w in again.weights} & {id(w) for w in model.weights}
    np.testing.assert_array_equal(again(x), model(x))
    again.run_eagerly = True
    # Before Keras 3.15, `train_on_batch` returns the mean since the last reset.
    model.reset_metrics()
    assert again.train_on_batch(x, x) == model.train_on_batch(x, x)
    assert_tied(again)
    for one, two in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("make", ENCODER_FIRST)
def test_a_clone_is_tied_to_the_cloned_encoder(make):
    model = make()
    for clone in (
        keras.models.clone_model(model),
        keras.models.clone_model(model),
        type(model).from_config(model.get_config()),
    ):
        assert_tied(clone)
        assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}
        clone.set_weights(model.get_weights())
        np.testing.assert_array_equal(clone(X), model(X))
    assert_tied(model)


@pytest.mark.parametrize("make", [decoder_first, decoder_first_in_parts])
def test_a_clone_with_the_decoder_first_is_refused(make):
    with pytest.raises(ValueError, match=r"'encoder', which is not built.*deepcopy"):
        keras.models.clone_model(make())


def test_several_pairs_and_mirrors_in_one_model_are_not_mixed_up(tmp_path):
    first, second = encoder(), MLP([5, 3], name="other")
    second.build((None, 6))
    mirrors = [
        block.reverse(tied=True, name=name)
        for block, name in ((first, "a"), (second, "b"), (first, "c"))
    ]
    inputs = keras.Input((6,))
    outputs = inputs
    for mirror in mirrors:
        outputs = mirror(mirror.source(outputs))
    model = keras_mlp.Model(inputs, outputs)
    for copied in (
        loaded_from_a_file(model, tmp_path),
        keras.models.clone_model(model),
    ):
        assert len(copied.weights) == 2 * 4 + 3 * 2
        for mirror in mirrors:
            source = copied.get_layer(mirror.source.name)
            assert copied.get_layer(mirror.name).source is source


def test_weights_alone_are_saved_and_loaded(tmp_path):
    model, other = functional(), functional()
    model.layers[1].layers[0].kernel.assign(np.full((6, 5), 0.5))
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    assert_tied(other)
    np.testing.assert_array_equal(other(X), model(X))


def test_a_decoder_alone_brings_a_copy_of_its_encoder(tmp_path):
    block, mirrored = pair()
    model = keras_mlp.Sequential([keras.Input((3,)), mirrored])
    loaded = loaded_from_a_file(model, tmp_path)
    np.testing.assert_array_equal(loaded(X[:, :3]), model(X[:, :3]))
    [again] = loaded.layers
    assert again.source is not block
    np.testing.assert_array_equal(again.source(X), block(X))
    # Training the copy leaves the original alone.
    before = block.get_weights()
    loaded.compile("sgd", "mse", run_eagerly=True)
    loaded.train_on_batch(X[:, :3], X)
    for value, kept in zip(block.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, kept)


def test_configuration_makes_the_same_block():
    block, mirrored = pair(dropout=0.1)
    again = MLP.from_config(block.get_config())
    config = {**block.get_config()}
    # The key by which tied blocks find it belongs to this one layer.
    assert config.pop("shared_key")
    assert again.get_config() == config
    tied = TiedMLP.from_config(mirrored.get_config())
    assert tied.source is again
    kept, given = tied.get_config(), mirrored.get_config()
    assert kept.pop("source")["config"].pop("shared_key")
    given.pop("source")
    assert kept == given


# What is refused.


def test_a_tied_block_has_nothing_to_tie():
    _, mirrored = pair()
    mirrored.build((None, 3))
    with pytest.raises(ValueError, match=r"those of 'encoder'\. Received: tied=True"):
        mirrored.reverse(tied=True)
    assert type(mirrored.reverse()) is MLP


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": Dense(3)}, "`source` must be an `MLP`"),
        ({"units": [5, 4, 6]}, "`units` must hold the widths of `source` in reverse"),
        ({"units": [4, 6]}, "`units` must hold.*`source.reverse"),
    ],
)
def test_what_cannot_be_tied(arguments, message):
    with pytest.raises(ValueError, match=f"{message}"):
        TiedMLP(**{"units": [5, 6], "source": encoder(), **arguments})


def test_a_kernel_that_does_not_fit():
    block = encoder()
    with pytest.raises(ValueError, match=r"shape \(7, 5\).*Received.*\(6, 5\)"):
        TiedMLP([5, 7], block).build((None, 3))
    with pytest.raises(ValueError, match=r"Received: kernel of shape None.*`tie`"):
        TiedDense(4).build((None, 3))
