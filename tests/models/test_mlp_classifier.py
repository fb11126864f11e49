import keras
import numpy as np
import pytest

from keras_mlp.models import MLPClassifier


def built(**options):
    arguments = {"num_classes": 3, "hidden_units": [5, 4], **options}
    model = MLPClassifier(**arguments)
    model.build((None, 6))
    return model


X = np.random.default_rng(0).normal(size=(7, 6)).astype("float32")


def test_equals_the_network_written_in_numpy():
    model = built(activation="relu", final_activation="softmax", seed=1)
    outputs = X
    *hidden, kernel, bias = model.get_weights()
    for hidden_kernel, hidden_bias in zip(hidden[::2], hidden[1::2], strict=True):
        outputs = np.maximum(outputs @ hidden_kernel + hidden_bias, 0)
    logits = outputs @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model(X), expected, rtol=1e-5)


@pytest.mark.parametrize("hidden_units", [[], [5], (5, 4, 3), [np.int64(2)]])
def test_any_number_of_hidden_layers(hidden_units):
    model = built(hidden_units=hidden_units)
    assert model(X).shape == (7, 3)
    assert len(model.weights) == 2 * (len(hidden_units) + 1)
    assert model.compute_output_shape((None, 6)) == (None, 3)


def test_seed_fixes_the_weights_and_layers_differ():
    first = built(hidden_units=[6, 6], seed=3).get_weights()
    again = built(hidden_units=[6, 6], seed=3).get_weights()
    other = built(hidden_units=[6, 6], seed=4).get_weights()
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[0], first[2])


def test_an_initializer_is_not_shared_between_layers():
    initializer = keras.initializers.TruncatedNormal(stddev=0.1)
    kernels = built(
        hidden_units=[6, 6], kernel_initializer=initializer, seed=0
    ).get_weights()[::2]
    assert not np.array_equal(kernels[0], kernels[1])
    assert all(np.abs(kernel).max() < 0.2 for kernel in kernels)


def test_config_and_file_make_the_same_model(tmp_path):
    model = built(
        activation="tanh",
        kernel_initializer=keras.initializers.RandomUniform(0, 0.1),
        dtype="mixed_bfloat16",
        seed=2,
    )
    again = MLPClassifier.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is MLPClassifier
    np.testing.assert_array_equal(loaded(X), model(X))
    assert loaded(X).dtype == "bfloat16"


@pytest.mark.parametrize(
    "options", [{"num_classes": 0}, {"hidden_units": [4, True]}, {"num_classes": 2.5}]
)
def test_bad_sizes_are_refused(options):
    with pytest.raises(ValueError, match="must be a positive integer"):
        built(**options)
