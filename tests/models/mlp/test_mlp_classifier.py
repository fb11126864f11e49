import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
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


def compiled(model, **arguments):
    model.compile(**arguments)
    return model


def loss_and_metrics(model, x, y):
    return model.evaluate(x, y, verbose=0, return_dict=True)


def log_likelihood(probabilities, y):
    return np.log(probabilities[np.arange(len(y)), y])


# What `compile()` picks, and what the outputs stand for.
OUTPUTS = {
    "logits": {"num_classes": 3},
    "softmax": {"num_classes": 3, "final_activation": "softmax"},
    "one logit": {"num_classes": 1},
    "sigmoid": {"num_classes": 1, "final_activation": "sigmoid"},
}


@pytest.mark.parametrize("options", OUTPUTS.values(), ids=OUTPUTS)
def test_compile_without_arguments_suits_the_outputs(options):
    # Wide outputs, so that probabilities are far from one half.
    model = built(**options, kernel_initializer="random_normal", seed=0)
    model.set_weights([10 * weight for weight in model.get_weights()])
    y = np.arange(7) % max(2, options["num_classes"])
    outputs = np.asarray(model(X), "float64")
    if "final_activation" not in options:
        logits = np.concatenate([0 * outputs, outputs], 1)
        logits = logits if options["num_classes"] == 1 else outputs
        expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    else:
        expected = np.concatenate([1 - outputs, outputs], 1)
        expected = expected if options["num_classes"] == 1 else outputs
    np.testing.assert_allclose(model.predict_proba(X, verbose=0), expected, rtol=1e-5)
    answers = model.predict_classes(X, verbose=0)
    np.testing.assert_array_equal(answers, expected.argmax(axis=1))
    logs = loss_and_metrics(compiled(model), X, y)
    assert list(logs) == ["accuracy", "loss"]
    assert logs["accuracy"] == pytest.approx((answers == y).mean())
    assert logs["loss"] == pytest.approx(-log_likelihood(expected, y).mean(), rel=1e-4)
    assert isinstance(model.optimizer, keras.optimizers.Adam)


def test_the_answers_of_one_logit_are_not_all_the_same():
    # A threshold of one half, on logits, would be another accuracy.
    model = built(num_classes=1, hidden_units=[], kernel_initializer="zeros")
    model.set_weights([np.zeros((6, 1)), np.array([0.25])])
    y = np.ones(7)
    assert loss_and_metrics(compiled(model), X, y)["accuracy"] == 1.0
    assert (model.predict_classes(X, verbose=0) == 1).all()


def test_what_compile_is_given_is_heeded():
    model = compiled(built(), optimizer="sgd", loss="mse")
    assert list(loss_and_metrics(model, X, np.ones((7, 3)))) == ["loss"]
    model = compiled(built(), metrics=["mae"])
    assert model.loss.name == "sparse_categorical_crossentropy"
    model = compiled(built(), metrics=None)
    assert list(loss_and_metrics(model, X, np.zeros(7))) == ["loss"]
    model = compiled(built(kernel_regularizer="l2"), loss=None)
    assert model.loss is None
    penalty = sum(0.01 * (kernel**2).sum() for kernel in model.get_weights()[::2])
    assert model.evaluate(X, verbose=0) == pytest.approx(penalty, rel=1e-5)


@pytest.mark.parametrize(
    ("num_classes", "final_activation"), [(3, "sigmoid"), (1, "relu"), (3, "relu")]
)
def test_outputs_that_are_no_probabilities_are_refused(num_classes, final_activation):
    model = built(num_classes=num_classes, final_activation=final_activation)
    with pytest.raises(ValueError, match=f"final_activation='{final_activation}'"):
        model.compile()
    with pytest.raises(ValueError, match="neither logits nor"):
        model.predict_proba(X, verbose=0)
    model.compile(loss="mse")
    assert model.predict(X, verbose=0).shape == (7, num_classes)


def test_loaded_model_trains_on_as_it_was_compiled(tmp_path):
    model = compiled(built(seed=1))
    y = np.arange(7) % 3
    model.fit(X, y, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.get_compile_config() == model.get_compile_config()
    histories = [
        each.fit(X, y, epochs=2, shuffle=False, verbose=0).history
        for each in (model, loaded)
    ]
    assert histories[0] == histories[1]
    assert list(histories[0]) == ["accuracy", "loss"]


def test_predictions_take_what_predict_takes():
    model = built(seed=0)
    probabilities = model.predict_proba(X, batch_size=2, verbose=0)
    assert probabilities.dtype == "float64"
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    data = tf.data.Dataset.from_tensor_slices(X).batch(3)
    np.testing.assert_allclose(
        model.predict_proba(data, steps=2, verbose=0), probabilities[:6], rtol=1e-5
    )
    sequences = np.stack([X, X[::-1]], axis=1)
    model = MLPClassifier(3, [4], seed=0)
    assert model.predict_proba(sequences, verbose=0).shape == (7, 2, 3)
    assert model.predict_classes(sequences, verbose=0).shape == (7, 2)


def test_class_names_travel_with_the_model(tmp_path):
    names = ["cat", "dog", "owl"]
    model = built(class_names=names, seed=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.class_names == names
    numbers = model.predict_proba(X, verbose=0).argmax(axis=1)
    expected = [names[number] for number in numbers]
    assert loaded.predict_classes(X, verbose=0).tolist() == expected
    two = built(num_classes=1, class_names=["no", "yes"])
    assert set(two.predict_classes(X, verbose=0)) <= {"no", "yes"}


@pytest.mark.parametrize(
    ("num_classes", "names"), [(3, ["a", "b"]), (1, ["a"]), (3, [0, 1, 2])]
)
def test_class_names_must_name_each_class(num_classes, names):
    with pytest.raises(ValueError, match="`class_names` must hold a string for each"):
        MLPClassifier(num_classes, [4], class_names=names)


def test_preprocessing_travels_with_the_model(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (5, 4, 3), dtype="uint8")
    plain = MLPClassifier(3, [4], seed=0)
    model = MLPClassifier(
        3, [4], seed=0, preprocessing=keras_mlp.data.ImagePreprocessing()
    )
    expected = plain(images.reshape(5, 12).astype("float32") / 255)
    np.testing.assert_allclose(model(images), expected, rtol=1e-6)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(images), model(images))
    assert isinstance(loaded.preprocessing, keras_mlp.data.ImagePreprocessing)
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(tmp_path / "exported")
    answers = served.serve(images.astype("float32"))
    np.testing.assert_allclose(answers, expected, rtol=1e-5)
    with pytest.raises(ValueError, match="must be a Keras layer"):
        MLPClassifier(3, [4], preprocessing=lambda x: x / 255)


def test_weights_that_an_earlier_release_saved_are_loaded(tmp_path):
    # It kept its layers in a list of this name.
    class Earlier(keras_mlp.Model):
        def __init__(self):
            super().__init__()
            self.dense_layers = keras_mlp.layers.dense_stack([5, 4, 3], seed=3)

        def build(self, input_shape):
            for layer in self.dense_layers:
                layer.build(input_shape)
                input_shape = layer.compute_output_shape(input_shape)

    earlier = Earlier()
    earlier.build((None, 6))
    earlier.save_weights(tmp_path / "earlier.weights.h5")
    model = built(seed=4)
    model.load_weights(tmp_path / "earlier.weights.h5")
    for one, two in zip(model.get_weights(), earlier.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    model = built(activation="tanh", kernel_initializer="glorot_uniform", seed=3)
    config = model.get_config()
    arguments = ("num_classes", "hidden_units", "activation", "final_activation")
    arguments += ("kernel_initializer", "bias_initializer", "seed", "name", "dtype")
    old_config = {name: config[name] for name in arguments}
    assert MLPClassifier.from_config(old_config).get_config() == config


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    "options",
    [
        {"dropout": [0.1, 0.5], "normalization": "batch", "gate": "swiglu"},
        {
            "activation": "selu",
            "residual": "project",
            "kernel_regularizer": "l2",
            "activity_regularizer": "l1",
            "kernel_constraint": "max_norm",
            "use_final_bias": False,
        },
    ],
    ids=str,
)
def test_options_are_those_of_the_block(options):
    model = compiled(built(**options, seed=5))
    block = keras_mlp.layers.MLP([5, 4, 3], seed=5, **options)
    block.build((None, 6))
    stock = keras.Sequential([keras.Input((6,)), block])
    for one, two in zip(model.get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    stock.compile("adam", loss, metrics=["accuracy"])
    histories = [
        each.fit(X, np.arange(7) % 3, batch_size=4, shuffle=False, verbose=0).history
        for each in (model, stock)
    ]
    for name in histories[1]:
        np.testing.assert_allclose(histories[0][name], histories[1][name], rtol=1e-6)
    np.testing.assert_allclose(model(X), stock(X), rtol=1e-5, atol=1e-6)


def test_an_option_that_the_block_lacks_is_named():
    with pytest.raises(ValueError, match=r"Unrecognized keyword.*'depth': 3"):
        built(depth=3)
