import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras.src.testing import TestCase

import keras_mlp
from keras_mlp.layers import Dense

OPTIONS = [
    {},
    {"activation": "relu"},
    {"activation": "softmax"},
    {"use_bias": False},
    {"bias_initializer": "ones"},
    {"dtype": "float16"},
    {"dtype": "mixed_float16"},
    {"dtype": "mixed_bfloat16"},
    {"kernel_regularizer": "l2", "bias_regularizer": "l1"},
    {"activity_regularizer": "l2"},
    {"kernel_constraint": "max_norm", "bias_constraint": "non_neg"},
]


def identity(value):
    return "-".join(map(str, value)) or "defaults" if isinstance(value, dict) else None


# Keras' own test feeds `fit` from a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
class TestDenseIsALayer(TestCase):
    def test_two_dimensions(self):
        self.run_layer_test(
            Dense,
            init_kwargs={"units": 4, "activation": "relu", "kernel_regularizer": "l2"},
            input_shape=(2, 3),
            expected_output_shape=(2, 4),
            expected_num_trainable_weights=2,
            expected_num_losses=1,
            supports_masking=True,
            assert_built_after_instantiation=False,
        )

    def test_three_dimensions_without_bias(self):
        self.run_layer_test(
            Dense,
            init_kwargs={"units": 5, "use_bias": False, "activity_regularizer": "l2"},
            input_shape=(2, 3, 4),
            expected_output_shape=(2, 3, 5),
            expected_num_trainable_weights=1,
            expected_num_losses=1,
            supports_masking=True,
        )

    def test_sparse_inputs(self):
        self.run_layer_test(
            Dense,
            init_kwargs={"units": 4},
            input_shape=(2, 3),
            input_sparse=True,
            expected_output_shape=(2, 4),
            expected_num_trainable_weights=2,
            supports_masking=True,
        )


@pytest.mark.parametrize("options", OPTIONS, ids=identity)
@pytest.mark.parametrize("shape", [(5, 3), (2, 4, 3), (2, 2, 2, 3)])
def test_equals_the_layer_of_keras(options, shape):
    inputs = np.random.default_rng(0).normal(size=shape).astype("float32")
    ours = Dense(4, **options)
    stock = keras.layers.Dense(4, **options)
    ours.build(shape)
    stock.build(shape)
    stock.set_weights(ours.get_weights())
    np.testing.assert_array_equal(ours(inputs), stock(inputs))
    assert [weight.name for weight in ours.weights] == [
        weight.name for weight in stock.weights
    ]
    np.testing.assert_array_equal(ours.losses, stock.losses)
    assert ours.compute_dtype == stock.compute_dtype
    assert ours.variable_dtype == stock.variable_dtype


@settings(max_examples=50, deadline=None)
@given(
    leading=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    input_size=st.integers(1, 6),
    units=st.integers(1, 6),
    use_bias=st.booleans(),
)
def test_equals_numpy_for_any_shape(leading, input_size, units, use_bias):
    random = np.random.default_rng(units)
    inputs = random.normal(size=(*leading, input_size)).astype("float32")
    layer = Dense(units, activation="relu", use_bias=use_bias)
    outputs = layer(inputs)
    kernel = layer.kernel.numpy()
    bias = random.normal(size=units).astype("float32") if use_bias else 0
    if use_bias:
        layer.bias.assign(bias)
        outputs = layer(inputs)
    expected = np.maximum(inputs.astype("float64") @ kernel + bias, 0)
    assert layer.compute_output_shape(inputs.shape) == expected.shape
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_documented_initialization_of_naive_dense():
    layer = Dense(
        512, kernel_initializer=keras.initializers.RandomUniform(0, 0.1, seed=0)
    )
    layer.build((None, 784))
    kernel = layer.kernel.numpy()
    assert 0 <= kernel.min() < 0.001
    assert 0.099 < kernel.max() < 0.1
    assert not layer.bias.numpy().any()


@pytest.mark.parametrize(
    "units", [3, np.int64(3), np.uint8(3), np.array(3)], ids=lambda value: type(value)
)
def test_units_takes_any_integer_type(units):
    layer = Dense(units)
    assert type(layer.units) is int
    assert layer.units == 3


@pytest.mark.parametrize(
    "units", [True, np.True_, 0, -1, 2.5, 2.0, "3", None, [3], np.array([1, 2])]
)
def test_units_refuses_what_is_no_positive_integer(units):
    with pytest.raises(ValueError, match=r"`units` must be a positive integer.*Recei"):
        Dense(units)


def test_unknown_width_is_named():
    with pytest.raises(ValueError, match=r"last axis.*Received.*keras\.Input"):
        Dense(3).build((None, None))


def test_other_width_than_built_is_refused():
    layer = Dense(3)
    layer.build((None, 4))
    with pytest.raises(ValueError, match="expected axis -1 of input shape"):
        layer(np.ones((2, 5), "float32"))


def test_mask_is_passed_on():
    inputs = keras.ops.convert_to_tensor([[1, 2, 0], [3, 0, 0]])
    embedded = keras.layers.Embedding(5, 4, mask_zero=True)(inputs)
    outputs = Dense(2)(embedded)
    np.testing.assert_array_equal(
        outputs._keras_mask, [[True, True, False], [True, False, False]]
    )


def test_sparse_inputs_equal_dense_ones():
    dense = np.diag([1.0, 2.0, 3.0]).astype("float32")
    layer = Dense(2)
    np.testing.assert_allclose(
        layer(tf.sparse.from_dense(dense)), layer(dense), rtol=1e-6
    )


def test_softmax_keeps_its_logits_for_the_loss():
    # Without them cross-entropy on probabilities would clip at 1e-7.
    outputs = Dense(3, activation="softmax", kernel_initializer="ones")(
        np.full((1, 2), 100.0, "float32")
    )
    assert outputs._keras_logits.shape == (1, 3)


@pytest.mark.parametrize("options", OPTIONS, ids=identity)
def test_config_makes_the_same_layer(options):
    layer = Dense(np.int32(4), name="again", **options)
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert type(again) is Dense
    assert again.get_config() == layer.get_config()


def test_is_registered_under_the_package():
    assert keras.saving.get_registered_name(Dense) == "keras_mlp>Dense"
    assert keras_mlp.layers.Dense is Dense
