"""Keras' own tests of its trainer, run with ours in the trainer's place."""

from pathlib import Path

import pytest
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer
from keras.src.trainers import trainer as keras_trainer

from keras_mlp.training import TapeTrainer
from tests.keras_version import KERAS

if KERAS < (3, 15):
    pytest.skip(
        "The wheels of Keras hold its tests from 3.15 on.", allow_module_level=True
    )

SOURCE = Path(keras_trainer.__file__).with_name("trainer_test.py")


class Trainer(TapeTrainer, TensorFlowTrainer):
    """What the tests mix into a layer."""


def _load():
    """Returns the names of Keras' test module, its trainer replaced by ours."""
    text = SOURCE.read_text()
    imported = """    from keras.src.backend.tensorflow.trainer import (
        TensorFlowTrainer as Trainer,
    )
"""
    assert text.count(imported) == 1
    text = text.replace(imported, "    Trainer = OurTrainer\n")
    # For tests of another backend.
    text = text.replace("import jax\n", "jax = None\n")
    names = {"__name__": "keras_trainer_test", "OurTrainer": Trainer}
    exec(compile(text, str(SOURCE), "exec"), names)
    return names


TestTrainer = _load()["TestTrainer"]
for _name in dir(TestTrainer):
    # These need packages that have nothing to do with TensorFlow.
    if any(other in _name for other in ("_jax", "_scipy", "_torch", "_grain")):
        setattr(TestTrainer, _name, None)
# Keras' suite does not make warnings errors.
TestTrainer = pytest.mark.filterwarnings("default")(TestTrainer)
TestTrainer = pytest.mark.long(TestTrainer)
