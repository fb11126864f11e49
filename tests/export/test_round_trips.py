"""The network in each way of writing it, through each way of keeping it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import export
from keras_mlp.recipes.kinds.mlp_recipe import WAYS


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_writing_through_each_format(way, trained, tmp_path):
    recipe = keras_mlp.recipes.get("digits").replace(way=way)
    model = recipe.model(seed=0)
    inputs = recipe.preprocessing()(trained.images)
    model.fit(inputs, trained.labels, epochs=1, verbose=0)
    expected = model.predict(inputs, verbose=0)

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.predict(inputs, verbose=0), expected)

    model.save_weights(tmp_path / "model.weights.h5")
    other = recipe.network(seed=1)
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other.predict(inputs, verbose=0), expected)

    # What was loaded is exported: nothing of it was ever called.
    classifier = recipe.classifier(keras.saving.load_model(tmp_path / "model.keras"))
    export.export_saved_model(classifier, tmp_path / "digits")
    export.export_litert(classifier, tmp_path / "digits.tflite")
    export.export_onnx(classifier, tmp_path / "digits.onnx")
    # The functions of a SavedModel live as long as what it was loaded as.
    served = tf.saved_model.load(tmp_path / "digits")
    np.testing.assert_allclose(served.serve(inputs), expected, rtol=0, atol=1e-5)
    probabilities = recipe.probabilities(expected)
    for name in ("digits", "digits.tflite", "digits.onnx"):
        found = export.load_predictor(tmp_path / name)(trained.images)
        np.testing.assert_allclose(found, probabilities, rtol=0, atol=1e-5)
        np.testing.assert_array_equal(
            np.argmax(found, axis=-1), np.argmax(expected, axis=-1)
        )
