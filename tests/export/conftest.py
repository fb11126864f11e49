"""A trained classifier, its exports in every format and what it answers."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import keras_mlp
from keras_mlp import export
from keras_mlp.recipes import MLPRecipe

# The sizes that every runtime is tried with.
BATCHES = (1, 7, 1000)


@dataclasses.dataclass(frozen=True)
class Trained:
    classifier: export.ImageClassifier
    images: np.ndarray
    labels: np.ndarray
    outputs: np.ndarray
    probabilities: np.ndarray
    representative_images: np.ndarray

    def accuracy(self, probabilities):
        return np.mean(np.argmax(probabilities, axis=-1) == self.labels)


@pytest.fixture(scope="session")
def trained():
    recipe = keras_mlp.recipes.get("digits").replace(epochs=3)
    assert isinstance(recipe, MLPRecipe)
    model = recipe.model(seed=0)
    model.fit(recipe.train_data(seed=0), epochs=recipe.epochs, verbose=0)
    images, labels = recipe.raw_images("test")
    assert len(images) == 1000
    # The reference: the model as its trainer has it, on inputs made by NumPy.
    inputs = images.reshape(1000, 784).astype("float32") / 255
    outputs = model.predict(inputs, verbose=0)
    exponentials = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
    return Trained(
        classifier=recipe.classifier(model),
        images=images,
        labels=labels,
        outputs=outputs,
        probabilities=exponentials / exponentials.sum(axis=-1, keepdims=True),
        representative_images=recipe.raw_images("train")[0][:300],
    )


@pytest.fixture(scope="session")
def saved_model(trained, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("saved_model") / "digits"
    export.export_saved_model(trained.classifier, path)
    return path


@pytest.fixture(scope="session")
def litert(trained, tmp_path_factory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("litert")
    paths = {}
    for quantize in export.QUANTIZATIONS:
        paths[quantize] = directory / f"{quantize}.tflite"
        images = trained.representative_images if quantize == "int8" else None
        export.export_litert(
            trained.classifier,
            paths[quantize],
            quantize=quantize,
            representative_images=images,
        )
    return paths


@pytest.fixture(scope="session")
def onnx(trained, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("onnx") / "digits.onnx"
    export.export_onnx(trained.classifier, path)
    return path


@pytest.fixture(params=BATCHES)
def batch(request):
    return request.param
