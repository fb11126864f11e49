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
    export_saved_model(ImageClassifier(model, from_logits=True), tmp_path / "exported")
    served = tf.saved_model.load(tmp_path / "exported")
    answers = served.serve_images(images)
    np.testing.assert_allclose(answers["probabilities"], expected, rtol=1e-5)
    found = [name.decode() for name in answers["class_name"].numpy()]
    assert found == model.predict_classes(images, verbose=0).tolist()
    with pytest.raises(ValueError, match=r"must name each output.*Received: 0 names"):
        ImageClassifier(built(), ImagePreprocessing())


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


def test_images_of_another_kind_are_named(saved_model, litert, onnx):
    for path in (saved_model, litert["none"], onnx):
        predict = load_predictor(path)
        with pytest.raises(ValueError, match=r"must be of the kind .*of shape \(2, 32"):
            predict(np.zeros((2, 32, 32, 3), "uint8"))


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
