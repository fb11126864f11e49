import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.layers import Dense
from tests.keras_version import KERAS


class OneLayer(keras_mlp.Model):
    """A user's model that does not write a `build`."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


class TwoInputs(keras_mlp.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = Dense(2)

    def build(self, left_shape, right_shape):
        self.dense.build(left_shape)

    def call(self, left, right):
        return self.dense(left) + self.dense(right)


MODELS = {
    "classifier": (lambda: keras_mlp.models.MLPClassifier(3, [4], seed=0), (5,)),
    "line": (keras_mlp.models.LinearRegression, ()),
    "autoencoder": (lambda: keras_mlp.models.ConvAutoencoder(seed=0), (28, 28, 1)),
    "user's": (OneLayer, (3,)),
    "sequential": (lambda: keras_mlp.Sequential([Dense(4), Dense(2)]), (3,)),
}


def built(make, shape):
    model = make()
    model.build((None, *shape))
    return model


def fitted(make, shape):
    model = make()
    inputs = np.ones((4, *shape), "float32")
    model.compile("sgd", "mse")
    model.fit(inputs, np.zeros_like(model(inputs)), verbose=0)
    return model


def loaded(make, shape, path):
    model = fitted(make, shape)
    model.save(path)
    with keras.saving.custom_object_scope({"OneLayer": OneLayer}):
        return keras.saving.load_model(path)


# Keras cannot build the user's model, which has no `build`.
@pytest.mark.long_after(4)
@pytest.mark.parametrize(
    ("name", "state"),
    [
        *((name, "built") for name in MODELS if name != "user's"),
        *((name, "fitted") for name in MODELS if name != "autoencoder"),
        *((name, "loaded") for name in ("classifier", "line", "user's")),
    ],
)
def test_plain_export_needs_no_call_first(name, state, tmp_path):
    make, shape = MODELS[name]
    options = {"path": tmp_path / "model.keras"} if state == "loaded" else {}
    model = {"built": built, "fitted": fitted, "loaded": loaded}[state](
        make, shape, **options
    )
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(tmp_path / "exported")
    inputs = np.random.default_rng(0).random((7, *shape), "float32")
    np.testing.assert_allclose(
        served.serve(inputs), model.predict(inputs, verbose=0), rtol=0, atol=1e-5
    )


# Keras looks for `numpy.object`, which is no more, once in a process.
@pytest.mark.long_after(1)
@pytest.mark.filterwarnings("ignore:.*np.object:FutureWarning")
@pytest.mark.parametrize("name", ["classifier", "sequential"])
def test_litert_and_onnx_need_none_either(name, tmp_path):
    make, shape = MODELS[name]
    model = built(make, shape)
    # It came with Keras 3.13; `keras_mlp.export.export_litert` does without.
    if KERAS >= (3, 13):
        model.export(tmp_path / "model.tflite", format="litert", verbose=False)
        assert (tmp_path / "model.tflite").stat().st_size > 0
    model.export(str(tmp_path / "model.onnx"), format="onnx", verbose=False)
    assert (tmp_path / "model.onnx").stat().st_size > 0


def test_several_inputs(tmp_path):
    model = TwoInputs()
    left, right = np.ones((4, 3), "float32"), np.zeros((4, 3), "float32")
    expected = model(left, right)
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(served.serve(left, right), expected, atol=1e-6)


def test_unbuilt_model_is_refused(tmp_path):
    for make in (OneLayer, keras_mlp.models.LinearRegression):
        with pytest.raises(ValueError, match=r"must be built .*Received: .*build"):
            make().export(tmp_path / "exported", verbose=False)
    assert list(tmp_path.iterdir()) == []
