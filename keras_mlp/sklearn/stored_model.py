"""Objects of Keras as plain values, which pickle and skops can write."""

import tempfile
from pathlib import Path
from typing import Any

import keras

from keras_mlp.models import load_model


def model_to_bytes(model: keras.Model) -> bytes:
    """Returns what a `.keras` file of a model holds.

    Args:
        model: The model, built.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        model.save(path)
        return path.read_bytes()


def model_from_bytes(content: bytes) -> Any:
    """Returns the model of a `.keras` file.

    Args:
        content: What the file holds.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        path.write_bytes(content)
        return load_model(path)


def plain_state(state: dict[str, Any]) -> dict[str, Any]:
    """Returns the state of an estimator without objects of Keras that hold variables.

    Args:
        state: Names and values of its attributes.
    """
    plain = dict(state)
    if "model_" in plain:
        plain["model_"] = model_to_bytes(plain["model_"])
    if isinstance(plain.get("optimizer"), keras.optimizers.Optimizer):
        plain["optimizer"] = None
        plain["_optimizer"] = keras.optimizers.serialize(state["optimizer"])
    for name in ("preprocessing", "embedding", "_table"):
        if isinstance(plain.get(name), keras.layers.Layer):
            plain[name] = keras.layers.serialize(state[name])
    return plain


def restored_state(plain: dict[str, Any]) -> dict[str, Any]:
    """Returns what `plain_state` was given.

    Args:
        plain: What it returned.
    """
    state = dict(plain)
    if "_optimizer" in state:
        state["optimizer"] = keras.optimizers.deserialize(state.pop("_optimizer"))
    for name in ("preprocessing", "embedding"):
        if isinstance(state.get(name), dict):
            state[name] = keras.layers.deserialize(state[name])
    if isinstance(state.get("model_"), bytes):
        state["model_"] = model_from_bytes(state["model_"])
    if isinstance(state.get("_table"), dict):
        state["_table"] = state["model_"].preprocessing
    return state
