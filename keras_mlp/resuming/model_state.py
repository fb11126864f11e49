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


def model_state(model: keras.Model) -> list[dict[str, Any]]:
    """Returns the variables of a model, its optimizer and its metrics.

    Weights, the states of random generators, the optimizer's slots, its number of
    steps and its learning rate, and what the metrics have counted so far are all
    variables. The tensors are snapshots that cost nothing until a variable changes.

    Args:
        model: A compiled model.
    """
    return [
        {"path": variable.path, "value": tf.convert_to_tensor(variable.value)}
        for variable in _variables(model)
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
    variables = _variables(model)
    ours = [_described(variable.path, variable) for variable in variables]
    saved = [_described(part["path"], part["value"]) for part in state]
    for one, other in itertools.zip_longest(ours, saved, fillvalue="no variable"):
        if one != other:
            raise ResumeError(
                f"'{where}' must be of the model that is trained. Received: a model "
                f"with {one} where the file has {other}. Build, compile and train the "
                "same model as before, or choose another directory."
            )
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


def _variables(model: keras.Model) -> list[keras.Variable]:
    optimizer = getattr(model, "optimizer", None)
    variables = [
        *model.variables,
        *(optimizer.variables if optimizer is not None else ()),
        *model.metrics_variables,
    ]
    return list({id(variable): variable for variable in variables}.values())


def _described(path: str, value: Any) -> str:
    # Keras counts the layers of a process: "dense_3" may be "dense" in the next.
    path = re.sub(r"_\d+(?=[_/]|$)", "", path)
    dtype = keras.backend.standardize_dtype(value.dtype)
    return f"'{path}' of shape {tuple(value.shape)} and type {dtype}"
