"""Every kind of network through every format, and what is done if one does not fit."""

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import export
from keras_mlp.data import ImagePreprocessing

WRITE = {
    "model": export.export_saved_model,
    "model.tflite": export.export_litert,
    "model.onnx": export.export_onnx,
}
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 6, 6, 1), dtype="uint8")

# As activations, `glu` fits no layer, since it halves what it is given, and `threshold`
# lacks arguments.
NO_ACTIVATIONS = ("get", "glu", "serialize", "deserialize", "threshold")
ACTIVATIONS = sorted(
    name
    for name, value in vars(keras.activations).items()
    if inspect.isfunction(value) and name not in NO_ACTIVATIONS
)
QUICK = ("relu", "gelu", "celu")


def log_gamma(x):
    """Has an operation that neither LiteRT nor ONNX knows."""
    return tf.math.lgamma(x)


def classifier_of(**options):
    model = keras_mlp.models.MLPClassifier(3, [8], seed=0, **options)
    model.build((None, 36))
    return export.ImageClassifier(
        model, ImagePreprocessing(), "abc", image_shape=[6, 6, 1]
    )


@pytest.mark.long_after(3)
@pytest.mark.parametrize("name", WRITE)
@pytest.mark.parametrize(
    "options",
    [
        *(
            pytest.param(
                {"activation": name},
                marks=() if name in QUICK else pytest.mark.long,
                id=name,
            )
            for name in ACTIVATIONS
        ),
        *(
            pytest.param({"gate": gate}, marks=marks, id=gate)
            for gate, marks in {
                "geglu": (),
                "glu": pytest.mark.long,
                "swiglu": pytest.mark.long,
            }.items()
        ),
        *(
            pytest.param(
                {"normalization": normalization, "activation": "gelu"},
                marks=pytest.mark.long,
                id=normalization,
            )
            for normalization in ("batch", "layer", "rms")
        ),
    ],
)
def test_whatever_a_network_is_made_of(name, options, tmp_path):
    classifier = classifier_of(**options)
    # The reference has none of the export's layers.
    expected = classifier.model.predict_proba(
        IMAGES.reshape(5, 36).astype("float32") / 255, verbose=0
    )
    WRITE[name](classifier, tmp_path / name)
    found = export.load_predictor(tmp_path / name)(IMAGES)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@pytest.mark.long_after(2)
@pytest.mark.parametrize("name", WRITE)
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        ("mixed_float16", 5e-3),
        pytest.param("mixed_bfloat16", 3e-2, marks=pytest.mark.long),
        pytest.param("float16", 5e-3, marks=pytest.mark.long),
        pytest.param("bfloat16", 3e-2, marks=pytest.mark.long),
        ("float64", 1e-6),
    ],
)
def test_other_floats(name, dtype, tolerance, tmp_path):
    classifier = classifier_of(dtype=dtype, normalization="batch", activation="gelu")
    expected = classifier.network(IMAGES)["probabilities"]
    WRITE[name](classifier, tmp_path / name)
    found = export.load_predictor(tmp_path / name)(IMAGES)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", ["model.tflite", "model.onnx"])
def test_what_a_format_cannot_hold_is_one_line(name, tmp_path):
    classifier = classifier_of(activation=log_gamma)
    with pytest.raises(ValueError, match=r"The model must .*Received: one ") as caught:
        WRITE[name](classifier, tmp_path / name)
    message = str(caught.value)
    assert len(message) < 700
    assert message.isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long_after(1)
@pytest.mark.parametrize("name", WRITE)
def test_what_answers_otherwise_is_not_written(name, tmp_path):
    class Doubled(keras.layers.Layer):
        """As itself while it is called by Python, twice as much in a graph."""

        def call(self, inputs):
            return inputs if tf.executing_eagerly() else 2 * inputs

    layers = [keras.Input((36,)), keras.layers.Dense(3), Doubled()]
    classifier = export.ImageClassifier(
        keras.Sequential([*layers, keras.layers.Softmax()]),
        ImagePreprocessing(),
        "abc",
        image_shape=(6, 6, 1),
    )
    with pytest.raises(ValueError, match="whose export gives different answers"):
        WRITE[name](classifier, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_answers_nan_is_not_written(tmp_path):
    classifier = classifier_of()
    for variable in classifier.model.trainable_variables:
        variable.assign(np.nan * variable)
    with pytest.raises(ValueError, match="must answer images with finite numbers"):
        export.export_saved_model(classifier, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


# Keras looks for `numpy.object`, which is no more, once in a process.
@pytest.mark.filterwarnings("ignore:.*np.object:FutureWarning")
def test_plain_export_to_onnx_is_loadable_or_an_error(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    model = classifier_of(gate="geglu").model
    model.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    inputs = np.random.default_rng(0).random((4, 36), "float32")
    [found] = session.run(None, {session.get_inputs()[0].name: inputs})
    np.testing.assert_allclose(found, model(inputs), rtol=0, atol=1e-5)
    model = classifier_of(activation=log_gamma).model
    with pytest.raises(ValueError, match="Lgamma"):
        model.export(tmp_path / "other.onnx", format="onnx", verbose=False)
    assert not (tmp_path / "other.onnx").exists()
