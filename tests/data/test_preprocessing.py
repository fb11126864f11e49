"""The preprocessing layer against NumPy, wherever it can run."""

import hypothesis
import hypothesis.extra.numpy
import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import strategies
from keras.src.testing import TestCase

from keras_mlp.data import ImagePreprocessing

ALL_PIXELS = np.arange(256, dtype="uint8").reshape(1, 16, 16)
ALL_SCALED = ALL_PIXELS.reshape(1, 256).astype("float32") / 255


def in_tf_data(layer, images):
    return tf.data.Dataset.from_tensors(images).map(layer).get_single_element()


def in_functional_model(layer, images):
    inputs = keras.Input(images.shape[1:], dtype="uint8")
    return keras.Model(inputs, layer(inputs)).predict(images, verbose=0)


def in_saved_model(layer, images, path):
    inputs = keras.Input(images.shape[1:], dtype="uint8")
    keras.Model(inputs, layer(inputs)).export(path, verbose=False)
    return tf.saved_model.load(path).serve(images)


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(lambda layer, images: layer(images), id="eager"),
        pytest.param(
            lambda layer, images: tf.function(layer)(tf.constant(images)), id="graph"
        ),
        pytest.param(
            lambda layer, images: tf.function(layer, jit_compile=True)(
                tf.constant(images)
            ),
            id="xla",
        ),
        pytest.param(in_tf_data, id="tf.data"),
        pytest.param(in_functional_model, id="functional"),
    ],
)
def test_scaling_is_numpys_division_for_every_pixel_value(run):
    np.testing.assert_array_equal(run(ImagePreprocessing(), ALL_PIXELS), ALL_SCALED)


def test_scaling_is_numpys_division_in_a_saved_model(tmp_path):
    result = in_saved_model(ImagePreprocessing(), ALL_PIXELS, str(tmp_path / "model"))
    np.testing.assert_array_equal(result, ALL_SCALED)


@hypothesis.settings(deadline=None, max_examples=50)
@hypothesis.given(
    images=hypothesis.extra.numpy.arrays(
        "uint8", hypothesis.extra.numpy.array_shapes(min_dims=3, max_dims=4, max_side=5)
    ),
    flatten=strategies.booleans(),
    scale=strategies.booleans(),
)
def test_equals_numpy(images, flatten, scale):
    layer = ImagePreprocessing(flatten=flatten, scale=scale)
    expected = images.astype("float32")
    if scale:
        expected = expected / np.float32(255)
    if flatten:
        expected = expected.reshape(len(images), -1)
    elif images.ndim == 3:
        expected = expected[..., np.newaxis]
    outputs = layer(images)
    assert outputs.dtype == "float32"
    np.testing.assert_array_equal(outputs, expected)
    assert layer.compute_output_shape(images.shape) == expected.shape


@pytest.mark.parametrize("arguments", [{}, {"flatten": False}, {"scale": False}])
@pytest.mark.parametrize("shape", [(2, 6, 5), (2, 6, 5, 3)])
def test_keras_conformance(arguments, shape):
    expected = (2, int(np.prod(shape[1:])))
    if arguments.get("flatten") is False:
        expected = (2, 6, 5, 1 if len(shape) == 3 else 3)
    TestCase().run_layer_test(
        ImagePreprocessing,
        init_kwargs=arguments,
        input_shape=shape,
        input_dtype="uint8",
        expected_output_shape=expected,
        expected_num_trainable_weights=0,
        expected_num_non_trainable_weights=0,
        expected_num_seed_generators=0,
        expected_num_losses=0,
        supports_masking=False,
        # Integers have no gradient, so there is nothing to train.
        run_training_check=False,
    )


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("float16", "float16"),
        ("bfloat16", "bfloat16"),
        ("float64", "float64"),
        ("mixed_float16", "float16"),
    ],
)
def test_output_has_the_compute_dtype(dtype, expected):
    outputs = ImagePreprocessing(dtype=dtype)(ALL_PIXELS)
    assert outputs.dtype == expected
    rounded = tf.cast(ALL_SCALED, expected)
    assert np.array_equal(tf.cast(outputs, "float64"), tf.cast(rounded, "float64"))


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32"])
def test_takes_whole_pixels_of_other_dtypes(dtype):
    outputs = ImagePreprocessing()(ALL_PIXELS.astype(dtype))
    np.testing.assert_array_equal(outputs, ALL_SCALED)


@pytest.mark.parametrize(
    ("flatten", "expected"), [(True, (None, None)), (False, (None, None, None, 3))]
)
def test_images_of_unknown_size(flatten, expected):
    inputs = keras.Input((None, None, 3), dtype="uint8")
    outputs = ImagePreprocessing(flatten=flatten)(inputs)
    assert outputs.shape == expected
    images = np.ones((2, 4, 5, 3), "uint8")
    result = keras.Model(inputs, outputs)(images)
    assert result.shape == ((2, 60) if flatten else (2, 4, 5, 3))


def test_a_batch_without_images():
    assert ImagePreprocessing()(np.zeros((0, 28, 28), "uint8")).shape == (0, 784)


def test_is_saved_with_a_model(tmp_path):
    model = keras.Sequential(
        [
            keras.Input((16, 16), dtype="uint8"),
            ImagePreprocessing(scale=False, name="pixels"),
            keras.layers.Dense(3),
        ]
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    layer = loaded.get_layer("pixels")
    assert isinstance(layer, ImagePreprocessing)
    assert (layer.flatten, layer.scale) == (True, False)
    np.testing.assert_array_equal(loaded(ALL_PIXELS), model(ALL_PIXELS))


def test_starts_a_sequential_model_that_names_no_input():
    model = keras.Sequential([ImagePreprocessing(flatten=False)])
    np.testing.assert_allclose(
        model.predict(ALL_PIXELS, verbose=0).reshape(1, 256), ALL_SCALED, rtol=2e-7
    )


@pytest.mark.parametrize("name", ["flatten", "scale"])
@pytest.mark.parametrize("value", [None, 1, "yes"])
def test_refuses_arguments_that_are_not_boolean(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be True or False. Received: "):
        ImagePreprocessing(**{name: value})


@pytest.mark.parametrize("shape", [(28, 28), (1, 1, 28, 28, 3)])
def test_refuses_what_is_no_batch_of_images(shape):
    with pytest.raises(ValueError, match=r"(?s)expected images of shape.*Received: "):
        ImagePreprocessing()(np.zeros(shape, "uint8"))


def test_refuses_other_dtypes():
    with pytest.raises(ValueError, match=r"(?s)expected uint8.*Received: .* bool"):
        ImagePreprocessing()(np.zeros((1, 28, 28), "bool"))
