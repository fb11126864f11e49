"""Models that Keras has saved."""

import functools
import tempfile
from pathlib import Path

import keras
import numpy as np
from hypothesis import strategies

import keras_mlp
from keras_mlp.models import ModelFileError, load_model
from torturing.file_cases.damaged import damaged, documented


@functools.cache
def saved_model() -> tuple[bytes, list[np.ndarray]]:
    """The bytes of a small model's file, and its weights."""
    model = keras_mlp.Sequential(
        [keras.Input((4,)), keras_mlp.layers.MLP([3, 2], seed=0)]
    )
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        model.save(path)
        return path.read_bytes(), model.get_weights()


def model_cases() -> strategies.SearchStrategy[bytes]:
    """Damaged model files, from their beginning to their end."""
    data, _ = saved_model()
    return strategies.one_of(
        damaged(strategies.just(data)), strategies.binary(), strategies.just(data)
    )


def check_model(path: Path, data: bytes) -> str:
    """Loads a model; its weights must be those that were saved."""
    path.write_bytes(data)
    try:
        model = load_model(path)
    except ModelFileError as error:
        return documented(error, path)
    for weights, expected in zip(model.get_weights(), saved_model()[1], strict=True):
        np.testing.assert_array_equal(weights, expected)
    return "right"
