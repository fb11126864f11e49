"""All that training changes in a model."""

import itertools
import random
import re
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.keras_internals import existing_seed_generator, global_seed_generator
from keras_mlp.resuming.errors import ResumeError
from keras_mlp.training.remembering.memory import metrics_of_fit
from keras_mlp.training.state import training_variables


def model_state(model: keras.Model) -> list[dict[str, Any]]:
    """Returns all variables that training changes in a model.

    The tensors are snapshots that cost nothing until a variable changes. Metrics are
    those of the `fit` that runs.

    Args:
        model: A compiled model.
    """
    with metrics_of_fit(model):
        return [
            {"path": _path(variable), "value": tf.convert_to_tensor(variable)}
            for variable in training_variables(model)
        ]


def set_model_state(
    model: keras.Model, state: list[dict[str, Any]], where: str
) -> None:
    """Gives a model the variables that `model_state` returned.

    Args:
        model: A compiled model, built like the one before.
        state: What `model_state` returned.
        where: The file that the state is from, for the message.

    Raises:
        ResumeError: If the model is another one.
    """
    variables = training_variables(model)
    ours = [_described(_path(variable), variable) for variable in variables]
    saved = [_described(part["path"], part["value"]) for part in state]
    for one, other in itertools.zip_longest(ours, saved, fillvalue="no variable"):
        if one != other:
            raise ResumeError(
                f"'{where}' must belong to the model of this training. Received: a "
                f"model with {one} where the file has {other}. Build, compile and "
                "train the same model as before, or choose another directory."
            )
    with metrics_of_fit(model):
        for variable, part in zip(variables, state, strict=True):
            variable.assign(part["value"])


def random_state() -> dict[str, Any]:
    """Returns the state of the global generators of Python, NumPy and Keras."""
    generator = existing_seed_generator()
    return {
        "python": random.getstate(),
        "numpy": np.random.get_state(legacy=False),
        "keras": None
        if generator is None
        else tf.convert_to_tensor(generator.state.value),
    }


def set_random_state(state: dict[str, Any]) -> None:
    """Gives the global generators the states that `random_state` returned.

    Args:
        state: What `random_state` returned.
    """
    if state["keras"] is not None:
        # First: Python's generator seeds one that is not there yet.
        global_seed_generator().state.assign(state["keras"])
    random.setstate(state["python"])
    np.random.set_state(state["numpy"])


def _path(variable: Any) -> str:
    # TensorFlow's own variables, which a model may hold, have a name alone.
    return str(getattr(variable, "path", variable.name))


def _described(path: str, value: Any) -> str:
    # Keras counts the layers of a process: "dense_3" may be "dense" in the next.
    path = re.sub(r"_\d+(?=[_/]|$)", "", path)
    dtype = keras.backend.standardize_dtype(value.dtype)
    return f"'{path}' of shape {tuple(value.shape)} and type {dtype}"
