"""Keras' own tests of its fully connected layer, run with ours in its place."""

import types
from pathlib import Path

import keras
import pytest
from keras.src.layers.core import dense

from keras_mlp.layers import Dense
from tests.keras_version import KERAS

if KERAS < (3, 15):
    pytest.skip(
        "The wheels of Keras hold its tests from 3.15 on.", allow_module_level=True
    )

SOURCE = Path(dense.__file__).with_name("dense_test.py")


def _load():
    """Returns the names of Keras' test module, its layer replaced by ours."""
    text = SOURCE.read_text()
    imported = "from keras.src import layers\n"
    assert text.count(imported) == 1
    layers = types.SimpleNamespace(**{**vars(keras.layers), "Dense": Dense})
    names = {"__name__": "keras_dense_test", "layers": layers}
    exec(compile(text.replace(imported, ""), str(SOURCE), "exec"), names)
    return names


TestDense = _load()["DenseTest"]
# Keras' suite does not make warnings errors.
TestDense = pytest.mark.filterwarnings("default")(TestDense)
TestDense = pytest.mark.long(TestDense)
