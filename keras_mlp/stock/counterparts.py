"""Keras' counterpart of each class of this package, as configurations."""

from collections.abc import Callable
from typing import Any

import keras

from keras_mlp.keras_internals import KerasFunctional
from keras_mlp.layers import MLP
from keras_mlp.optimizers.schedules import TrainingSchedule
from keras_mlp.stock.block import block_model
from keras_mlp.stock.weights import target_standardization
from keras_mlp.training import TapeTrainer
from keras_mlp.training.planning.settings import KEY

Configuration = dict[str, Any]

_PREFIX = "keras_mlp>"


def is_ours(layer: keras.layers.Layer) -> bool:
    """Returns whether a layer is of a class of this package.

    Args:
        layer: A layer or model.
    """
    return keras.saving.get_registered_name(type(layer)).startswith(_PREFIX)


def check_is_known(layer: keras.layers.Layer) -> None:
    """Checks that a layer is not of a class that somebody derived from one of ours.

    Args:
        layer: A layer or model.

    Raises:
        ValueError: If it is: Keras has nothing in its place.
    """
    if is_ours(layer):
        return
    above = map(keras.saving.get_registered_name, type(layer).__mro__)
    if isinstance(layer, TapeTrainer) or any(_PREFIX in name for name in above):
        raise ValueError(
            "Keras has no counterpart of a class that is derived from one of ours. "
            f"Received: '{layer.name}' of class {type(layer).__name__}. Derive it from "
            "Keras' class, and copy the weights: "
            "`stock.set_weights(model.get_weights())`."
        )


def counterpart(serialized: Any) -> Any:
    """Returns a configuration with Keras' classes instead of ours.

    Args:
        serialized: What `keras.saving.serialize_keras_object` gave, or a part of it.

    Raises:
        ValueError: If Keras has no counterpart of a class.
    """
    if isinstance(serialized, (list, tuple)):
        return type(serialized)(counterpart(each) for each in serialized)
    if not isinstance(serialized, dict):
        return serialized
    registered = serialized.get("registered_name") or ""
    if registered.startswith(_PREFIX):
        return counterpart(_replaced(registered.removeprefix(_PREFIX), serialized))
    # What is our trainer's own lies in the optimizer's configuration.
    return {key: counterpart(value) for key, value in serialized.items() if key != KEY}


def _replaced(name: str, serialized: Configuration) -> Configuration:
    """Returns the configuration of what stands for a class of ours: the outermost."""
    if serialized["config"].get("parametrization", "standard") != "standard" and (
        name in ("Dense", "TiedDense")
    ):
        raise ValueError(
            "Keras' layers have no parametrization but the standard one. Received: "
            f"parametrization={serialized['config']['parametrization']!r} of layer "
            f"'{serialized['config']['name']}'. Export the model instead, by `export`."
        )
    if name in _RENAMED:
        module, class_name, registered = _RENAMED[name]
        return serialized | {
            "module": module,
            "class_name": class_name,
            "registered_name": registered,
        }
    if name not in _REMADE:
        raise ValueError(
            f"Keras has no counterpart of `{name}`. Received: a model that holds one, "
            "or is compiled with one. Leave it out before `to_keras`, or pass "
            "`compile=False`."
        )
    # By these a graph around a layer knows it.
    around = ("name", "inbound_nodes", "compile_config")
    return {
        **keras.saving.serialize_keras_object(_REMADE[name](serialized)),
        **{key: serialized[key] for key in around if key in serialized},
    }


# Classes that take the same configuration: module, name, registered name.
_RENAMED = {
    "Dense": ("keras.layers", "Dense", None),
    "TiedDense": ("keras.layers", "Dense", None),
    "Sequential": ("keras", "Sequential", None),
    "Functional": (KerasFunctional.__module__, "Functional", "Functional"),
    "GradientDescent": ("keras.optimizers", "SGD", None),
}


def _instance(serialized: Configuration) -> Any:
    uncompiled = {k: v for k, v in serialized.items() if k != "compile_config"}
    return keras.saving.deserialize_keras_object(uncompiled)


def _input_shape(serialized: Configuration) -> tuple[int | None, ...]:
    return tuple(serialized["build_config"]["input_shape"])


def _sequential(serialized: Configuration, layers: list[Any]) -> keras.Sequential:
    """Returns layers one after the other, for the inputs that a model was built for."""
    name = serialized["config"]["name"]
    inputs = keras.Input(batch_shape=_input_shape(serialized))
    return keras.Sequential([inputs, *layers], name=name)


def _block(serialized: Configuration) -> keras.Model:
    # One that was tied gets kernels of its own.
    config = {**serialized["config"], "shared_key": None}
    config.pop("source", None)
    block = MLP.from_config(config)
    block.build_from_config(serialized["build_config"])
    return block_model(block, _input_shape(serialized))


def _mlp_model(serialized: Configuration) -> keras.Sequential:
    model = _instance(serialized)
    layers = model._steps()
    targets = target_standardization(model)
    if targets is not None:
        layers.append(
            keras.layers.Normalization(
                invert=True, name=targets.name, dtype=targets.dtype_policy
            )
        )
    return _sequential(serialized, layers)


def _autoencoder(serialized: Configuration) -> keras.Sequential:
    model = _instance(serialized)
    return _sequential(serialized, [model.encoder, model.decoder])


def _line(serialized: Configuration) -> keras.Sequential:
    """Returns one output for each number, whatever the shape they come in."""
    shape = _input_shape(serialized)[1:]
    layers = [
        keras.layers.Reshape((*shape, 1)),
        keras.layers.Dense(1, name="line"),
        keras.layers.Reshape(shape),
    ]
    return _sequential(serialized, layers)


def _standardization(serialized: Configuration) -> keras.layers.Layer:
    return keras.layers.Normalization(**_arguments_of_layer(serialized))


def _dropout(serialized: Configuration) -> keras.layers.Layer:
    layer = _instance(serialized)
    if isinstance(layer.rate, TrainingSchedule):
        # Where it is that of `fit`, no number of steps need be known yet.
        layer.rate.total_steps = 1
    return keras.layers.Dropout(
        float(layer.rate(0)), seed=layer.seed, **_arguments_of_layer(serialized)
    )


def _image_preprocessing(serialized: Configuration) -> keras.Sequential:
    config = serialized["config"]
    scale = 1 / 255 if config["scale"] else 1.0
    layers = [keras.layers.Rescaling(scale, dtype=config["dtype"])]
    if config["flatten"]:
        layers.append(keras.layers.Flatten())
    else:
        # In a graph it is known whether images come with an axis for channels.
        for node in serialized.get("inbound_nodes", [])[:1]:
            shape = node["args"][0]["config"]["shape"]
            if len(shape) == 3:
                layers.append(keras.layers.Reshape((*shape[1:], 1)))
    return keras.Sequential(layers, name=config["name"])


def _arguments_of_layer(serialized: Configuration) -> dict[str, Any]:
    return {name: serialized["config"][name] for name in ("name", "dtype")}


_REMADE: dict[str, Callable[[Configuration], keras.layers.Layer]] = {
    "MLP": _block,
    "TiedMLP": _block,
    "MLPClassifier": _mlp_model,
    "MLPRegressor": _mlp_model,
    "MLPAutoencoder": _autoencoder,
    "ConvAutoencoder": _autoencoder,
    "LinearRegression": _line,
    "ScheduledDropout": _dropout,
    "Standardization": _standardization,
    "ImagePreprocessing": _image_preprocessing,
}
