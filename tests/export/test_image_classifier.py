import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.data import ImagePreprocessing
from keras_mlp.export import (
    ImageClassifier,
    classifier_figures,
    export_saved_model,
    load_predictor,
)


def built():
    model = keras_mlp.models.MLPClassifier(3, [4], seed=0)
    model.build((None, 784))
    return model


def test_unbuilt_model_is_refused():
    model = keras_mlp.models.MLPClassifier(3, [4])
    with pytest.raises(ValueError, match=r"must be built .*Received: .*model.build"):
        ImageClassifier(model, ImagePreprocessing(), "abc")
    assert not model.built


def test_names_and_outputs_must_be_as_many():
    with pytest.raises(ValueError, match=r"must name each output.*Received: 2 names"):
        ImageClassifier(built(), ImagePreprocessing(), "ab")
    autoencoder = keras_mlp.models.ConvAutoencoder(seed=0)
    autoencoder.build((None, 28, 28, 1))
    with pytest.raises(ValueError, match="must name each output"):
        ImageClassifier(autoencoder, ImagePreprocessing(flatten=False), "ab")


def test_preprocessing_and_names_of_the_model_are_exported(tmp_path):
    names = ["cat", "dog", "owl"]
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), dtype="uint8")
    model = keras_mlp.models.MLPClassifier(
        3, [4], preprocessing=ImagePreprocessing(), class_names=names, seed=0
    )
    expected = model.predict_proba(images, verbose=0)
    export_saved_model(ImageClassifier(model), tmp_path / "exported")
    served = tf.saved_model.load(tmp_path / "exported")
    answers = served.serve_images(images)
    np.testing.assert_allclose(answers["probabilities"], expected, rtol=1e-5)
    found = [name.decode() for name in answers["class_name"].numpy()]
    assert found == model.predict_classes(images, verbose=0).tolist()
    with pytest.raises(ValueError, match=r"must name each output.*Received: 0 names"):
        ImageClassifier(built(), ImagePreprocessing())


@pytest.mark.parametrize(
    "class_names",
    [range(3), [b"a", b"b", b"c"], ["a", "b", None], ["a", "b", "c\nd"], 3]
    + [["a", "b", f"c{end}"] for end in ("\n", "\r", "\u2028", "\ud800")],
    ids=ascii,
)
def test_class_names_are_text_in_one_line(class_names):
    with pytest.raises(ValueError, match=r"Argument `class_names` must.*Received: "):
        ImageClassifier(built(), ImagePreprocessing(), class_names)


def dense(*sizes, activation=None, loss=None, last=None):
    layers = [keras.layers.Dense(size, activation=activation) for size in sizes]
    model = keras.Sequential([keras.Input((784,)), *layers, *([last] if last else [])])
    if loss is not None:
        model.compile("sgd", loss)
    return model


CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (lambda: dense(3, activation="softmax"), False),
        (lambda: dense(3, last=keras.layers.Softmax()), False),
        (lambda: dense(3, last=keras.layers.Activation("softmax")), False),
        (lambda: dense(3, activation="sigmoid"), False),
        (
            lambda: dense(
                3, last=keras_mlp.layers.MLP([3], final_activation="softmax")
            ),
            0,
        ),
        (lambda: dense(3, loss=CROSS_ENTROPY(from_logits=True)), True),
        (lambda: dense(3, activation="relu", loss=CROSS_ENTROPY()), False),
        (
            lambda: dense(3, activation="relu", loss="sparse_categorical_crossentropy"),
            False,
        ),
        # What does not say, or contradicts itself.
        (lambda: dense(3), None),
        (lambda: dense(3, loss="mse"), None),
        (lambda: dense(3, loss=CROSS_ENTROPY()), None),
        (lambda: dense(3, loss="sparse_categorical_crossentropy"), None),
        (
            lambda: keras_mlp.models.MLPClassifier(3, [4], final_activation="softmax"),
            False,
        ),
        (lambda: keras_mlp.models.MLPClassifier(3, [4]), True),
        (
            lambda: keras_mlp.models.MLPClassifier(3, [4], final_activation="tanh"),
            None,
        ),
    ],
)
def test_the_model_says_whether_its_outputs_are_logits(model, expected):
    model = model()
    model.build((None, 784))
    if expected is None:
        with pytest.raises(ValueError, match="Argument `from_logits` must say"):
            ImageClassifier(model, ImagePreprocessing(), "abc")
        assert not ImageClassifier(
            model, ImagePreprocessing(), "abc", from_logits=False
        ).from_logits
    else:
        classifier = ImageClassifier(model, ImagePreprocessing(), "abc")
        assert classifier.from_logits is expected


@pytest.mark.parametrize("final_activation", [None, "sigmoid"])
def test_two_classes_from_one_output(final_activation):
    model = keras_mlp.models.MLPClassifier(
        1,
        [4],
        final_activation=final_activation,
        class_names=["no", "yes"],
        preprocessing=ImagePreprocessing(),
        seed=0,
    )
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), dtype="uint8")
    second = model.predict_proba(images, verbose=0)[:, 1]
    # Half of the images are of each class then.
    bias = model.trainable_variables[-1]
    bias.assign_sub([np.median(np.log(second / (1 - second)))])
    expected = model.predict_proba(images, verbose=0)
    assert {"no", "yes"} == set(model.predict_classes(images, verbose=0))
    answers = ImageClassifier(model).network(images)
    np.testing.assert_allclose(answers["probabilities"], expected, atol=1e-6)
    np.testing.assert_array_equal(answers["class_index"], expected.argmax(axis=-1))
    with pytest.raises(ValueError, match=r"must name each output.*Received: 1 names"):
        ImageClassifier(model, class_names=["yes"])


def test_figures_from_outputs_are_those_of_keras(trained):
    model = trained.classifier.model
    inputs = ImagePreprocessing()(trained.images)
    expected = model.evaluate(inputs, trained.labels, return_dict=True, verbose=0)
    figures = classifier_figures(trained.probabilities, trained.labels, "cross_entropy")
    assert figures == pytest.approx(expected, rel=1e-4)
    squares = (trained.probabilities - np.eye(10)[trained.labels]) ** 2
    figures = classifier_figures(
        trained.probabilities, trained.labels, "mean_squared_error"
    )
    assert figures["loss"] == pytest.approx(np.mean(squares), rel=1e-5)
    with pytest.raises(ValueError, match=r"`loss` must be one of .*Received: "):
        classifier_figures(trained.probabilities, trained.labels, "hinge")


def test_images_of_another_kind_are_named_alike(saved_model, litert, onnx, trained):
    images = trained.images[:4]
    others = [
        *(images.astype(dtype) for dtype in ("float32", "int64", "bool")),
        *(images.reshape(shape) for shape in [(4, 784), (4, 28, 28), (8, 14, 28, 1)]),
        *(images.reshape(4, 14, 56, 1), images[0], np.zeros((2, 32, 32, 3), "uint8")),
        *(None, "images", [[1, 2], [3]]),
    ]
    for path in (saved_model, litert["none"], onnx):
        predict = load_predictor(path)
        for other in others:
            with pytest.raises(
                ValueError, match=r"`images` must be uint8 .*\(images, 28"
            ):
                predict(other)
        expected = predict(images)
        for same in (list(images), images.tolist(), tf.constant(images)):
            np.testing.assert_array_equal(predict(same), expected)
        assert predict(images[:0]).shape == (0, 10)


def test_what_is_no_export_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_predictor(tmp_path / "absent.onnx")
    for name in ("broken.onnx", "broken.tflite"):
        (tmp_path / name).write_text("no model")
        with pytest.raises(ValueError, match=rf"must be an exported .*{name}"):
            load_predictor(tmp_path / name)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match=r"a \.tflite file or an \.onnx file"):
        load_predictor(tmp_path / "notes.txt")
    built().export(tmp_path / "plain", verbose=False)
    with pytest.raises(ValueError, match="no endpoint 'serve_images'"):
        load_predictor(tmp_path / "plain")


def test_images_of_another_size_than_the_models_are_refused():
    model = keras_mlp.models.MLPClassifier(10, [4], seed=0)
    model.build((None, 784))
    preprocessing = ImagePreprocessing()
    with pytest.raises(ValueError, match=r"\(None, 784\), and \(None, 196\)"):
        ImageClassifier(model, preprocessing, "0123456789", image_shape=(14, 14, 1))
