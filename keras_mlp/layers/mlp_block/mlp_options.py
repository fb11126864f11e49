"""The options of an `MLP` that may differ from layer to layer."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import keras

from keras_mlp.layers.dense import check_parametrization, default_initializers
from keras_mlp.layers.ensembles.members import each_of
from keras_mlp.layers.initializers import different_initializers, layer_seeds
from keras_mlp.layers.mlp_block.gates import check_gate
from keras_mlp.layers.mlp_block.normalizations import check_normalization
from keras_mlp.validation import (
    check_choice,
    check_known,
    check_positive_integer,
    check_rate,
    check_switch,
    per_layer,
)


def as_it_is(value: Any) -> Any:
    """Returns `value`."""
    return value


@dataclass(frozen=True)
class Option:
    """An option that takes one value, or a list with one for each layer.

    Attributes:
        resolve: Makes what is kept of what is passed, and checks it.
        serialize: Makes what is passed of what is kept.
        hidden_only: Whether it is an option of the hidden layers.
        last: Its value for the last layer, where it is one of the hidden layers.
    """

    resolve: Callable[[Any], Any] = as_it_is
    serialize: Callable[[Any], Any] = as_it_is
    hidden_only: bool = False
    last: Any = None

    def per_layer(self, name: str, value: Any, count: int) -> list[Any]:
        """Returns one value for each of `count` layers, the last included."""
        if not self.hidden_only:
            return per_layer(name, value, count, "layers")
        hidden = per_layer(name, value, max(count - 1, 0), "hidden layers")
        return [*hidden, self.last][:count]


def resolve_units(value: Any) -> list[int]:
    """Returns the width of each layer as a list of integers."""
    one = isinstance(value, (str, bytes)) or not isinstance(value, Iterable)
    # An array without axes can be iterated over in name only.
    if one or getattr(value, "ndim", 1) == 0:
        value = [value]
    return [check_positive_integer("units", size) for size in value]


def resolve_activation(value: Any, name: str = "activation") -> Any:
    """Returns an activation as a function, or as the configuration of a layer.

    A layer as an activation (`keras.layers.PReLU()`) may have weights, so each layer
    of the network needs one of its own: it is kept as what they can be made from.

    Args:
        value: What the caller passed.
        name: Name of the argument, for the message of an error.
    """
    if isinstance(value, keras.layers.Layer):
        follows_default = value.dtype_policy == keras.config.dtype_policy()
        value = keras.saving.serialize_keras_object(
            type(value).from_config(value.get_config())
        )
        if follows_default:
            # The dtype policy is to be that of the block.
            del value["config"]["dtype"]
        return value
    activation = check_known(name, keras.activations.get, value)
    return value if isinstance(activation, keras.layers.Layer) else activation


def _serialize_activation(value: Any) -> Any:
    return value if isinstance(value, dict) else keras.activations.serialize(value)


def _rate(value: Any) -> Any:
    if isinstance(value, dict):
        return check_known("dropout", keras.optimizers.schedules.deserialize, value)
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        return value
    return check_rate("dropout", value)


def _serialize_rate(value: Any) -> Any:
    if isinstance(value, float):
        return value
    return keras.saving.serialize_keras_object(value)


def _residual(value: Any) -> bool | str:
    return check_choice("residual", value, (False, True, "project"))


def _known(name: str, module: Any) -> Option:
    return Option(functools.partial(check_known, name, module.get), module.serialize)


OPTIONS = {
    "activation": Option(resolve_activation, _serialize_activation, hidden_only=True),
    "use_bias": Option(functools.partial(check_switch, "use_bias")),
    **{
        name: _known(name, module)
        for name, module in {
            "kernel_initializer": keras.initializers,
            "bias_initializer": keras.initializers,
            "kernel_regularizer": keras.regularizers,
            "bias_regularizer": keras.regularizers,
            "activity_regularizer": keras.regularizers,
            "kernel_constraint": keras.constraints,
            "bias_constraint": keras.constraints,
        }.items()
    },
    "dropout": Option(_rate, _serialize_rate, hidden_only=True, last=0.0),
    "normalization": Option(check_normalization, hidden_only=True),
    "residual": Option(_residual, hidden_only=True, last=False),
    "gate": Option(check_gate, hidden_only=True),
    "parametrization": Option(check_parametrization),
    "spectral_normalization": Option(
        functools.partial(check_switch, "spectral_normalization")
    ),
}


def resolved(**given: Any) -> dict[str, Any]:
    """Returns what is kept of the values that were passed for `OPTIONS`, checked."""
    return {
        name: each_of(OPTIONS[name].resolve, value) for name, value in given.items()
    }


def serialized(kept: dict[str, Any]) -> dict[str, Any]:
    """Returns what is passed for `OPTIONS` to have these values, as plain data."""
    return {
        name: each_of(OPTIONS[name].serialize, value) for name, value in kept.items()
    }


def options_of_each_layer(
    given: dict[str, Any],
    final_activation: Any,
    use_final_bias: bool | None,
    count: int,
    seed: int | None,
) -> list[dict[str, Any]]:
    """Returns the options of each layer, under the names of `OPTIONS`.

    In place of an initializer stands a list of them: for the kernels of the layer,
    of its gate and of its projection, and for the biases of the first two. None of
    all these draws the same numbers as another. `dropout_seed` is added.

    Args:
        given: Value of each of `OPTIONS`.
        final_activation: Activation of the last layer.
        use_final_bias: Whether the last layer has a bias; `None` leaves it to
            `use_bias`.
        count: Number of layers.
        seed: The seed of them all, or `None`.

    Raises:
        ValueError: If a list has the wrong length.
    """
    columns = {
        name: option.per_layer(name, given[name], count)
        for name, option in OPTIONS.items()
    }
    layers = [
        {name: column[i] for name, column in columns.items()} for i in range(count)
    ]
    if not layers:
        return []
    layers[-1]["activation"] = final_activation
    if use_final_bias is not None:
        layers[-1]["use_bias"] = use_final_bias
    for options in layers:
        standard = options["parametrization"] == "standard"
        kernel, bias = default_initializers(options["parametrization"])
        if options["kernel_initializer"] is None:
            # SELU keeps mean and variance with these: Klambauer et al.,
            # "Self-Normalizing Neural Networks", 2017,
            # https://arxiv.org/abs/1706.02515.
            options["kernel_initializer"] = (
                "lecun_normal" if standard and is_selu(options) else kernel
            )
        if options["bias_initializer"] is None:
            options["bias_initializer"] = bias
    # The first seeds, of kernels and biases in turn, are those of `dense_stack`.
    seeds = layer_seeds(seed, 6 * count)
    pairs, others = seeds[: 2 * count], seeds[2 * count :]
    gates, projections, gate_biases, dropouts = (others[start::4] for start in range(4))
    _copy_initializers(
        layers, given, "kernel_initializer", (pairs[0::2], gates, projections)
    )
    _copy_initializers(layers, given, "bias_initializer", (pairs[1::2], gate_biases))
    for options, dropout_seed in zip(layers, dropouts, strict=True):
        options["dropout_seed"] = dropout_seed
    return layers


def is_selu(options: dict[str, Any]) -> bool:
    """Returns whether a layer's activation is SELU."""
    return options["gate"] is None and options["activation"] is keras.activations.selu


def _copy_initializers(
    layers: list[dict[str, Any]],
    given: dict[str, Any],
    name: str,
    seeds: tuple[list[int | None], ...],
) -> None:
    """Puts the copies of its initializer in each layer, in the order of `seeds`."""
    seeds_of_layers = list(zip(*seeds, strict=True))
    if given[name] is None or isinstance(given[name], list):
        for options, layer_seeds_ in zip(layers, seeds_of_layers, strict=True):
            options[name] = different_initializers(options[name], list(layer_seeds_))
        return
    # One initializer for all layers, perhaps with a seed of its own.
    copies = different_initializers(given[name], [s for row in seeds for s in row])
    for index, options in enumerate(layers):
        options[name] = copies[index :: len(layers)]
