"""How one layer of a multilayer perceptron is made."""

import functools
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.mlp_block.gates import GATES
from keras_mlp.layers.mlp_block.layer_parts import LayerParts
from keras_mlp.layers.mlp_block.mlp_options import is_selu
from keras_mlp.layers.mlp_block.network_options import options_of_networks
from keras_mlp.layers.mlp_block.normalizations import (
    make_normalization,
    normalization_config,
)
from keras_mlp.layers.scheduled_dropout import ScheduledDropout


def make_parts(
    units: list[int],
    given: dict[str, Any],
    last: tuple[Any, bool | None],
    seed: int | None,
    networks: int | None,
    policy: keras.DTypePolicy,
    layer_class: Callable[[int, str], Callable[..., keras.layers.Layer]],
) -> tuple[list[LayerParts], Any]:
    """Returns the parts of consecutive layers, of which no two share anything.

    Args:
        units: Width of each layer.
        given: The options of all layers, checked.
        last: The activation of the last layer, and whether it has a bias.
        seed: Fixes the initial weights and the dropout.
        networks: How many networks there are in one; `None` for one.
        policy: Dtype policy of all parts.
        layer_class: Returns what makes a part that has a kernel, of the number of the
            layer and the kind of part: `"dense"`, `"gate"` or `"projection"`.

    Returns:
        The parts, and what makes the same normalizations again.
    """
    all_options = options_of_networks(given, *last, len(units), seed, networks)
    all_parts = [
        _make_parts(i, width, options, policy, functools.partial(layer_class, i))
        for i, (width, options) in enumerate(zip(units, all_options, strict=True))
    ]
    normalization = normalization_config(
        given["normalization"], [parts.normalization for parts in all_parts[:-1]]
    )
    for parts in all_parts:
        parts.divide(networks)
    return all_parts, normalization


def _make_parts(
    index: int,
    units: int,
    options: dict[str, Any],
    policy: keras.DTypePolicy,
    layer_class: Callable[[str], Callable[..., keras.layers.Layer]],
) -> LayerParts:
    """Returns the parts of one layer, unbuilt; its number is for their names."""
    normalization = make_normalization(
        options["normalization"], f"normalization_{index}", policy
    )
    gate = options["gate"]
    # The gate takes the place of the activation.
    activation = keras.activations.linear if gate else options["activation"]
    fused = not (normalization or gate or isinstance(activation, dict))
    penalty = _activity_regularizer(options, policy)
    dense = layer_class("dense")(
        units,
        name=f"dense_{index}",
        activation=activation if fused else None,
        activity_regularizer=penalty if fused else None,
        use_bias=options["use_bias"],
        **_weight_arguments(options, 0, policy),
    )
    if options["spectral_normalization"]:
        dense = keras.layers.SpectralNormalization(dense, name=dense.name, dtype=policy)
    return LayerParts(
        dense=dense,
        normalization=normalization,
        gate=layer_class("gate")(
            units,
            name=f"gate_{index}",
            activation=GATES[gate],
            use_bias=options["use_bias"],
            **_weight_arguments(options, 1, policy),
        )
        if gate
        else None,
        activation=None
        if fused
        else _make_activation(activation, f"activation_{index}", penalty, policy),
        dropout=_make_dropout(options, f"dropout_{index}", policy),
        residual=bool(options["residual"]),
        projection=layer_class("projection")(
            units,
            name=f"projection_{index}",
            use_bias=False,
            **_weight_arguments(options, 2, policy),
        )
        if options["residual"] == "project"
        else None,
        seed=options["dropout_seed"],
    )


def _weight_arguments(
    options: dict[str, Any], kind: int, policy: keras.DTypePolicy
) -> dict[str, Any]:
    """Returns the arguments of a `Dense` that are about its weights.

    Args:
        options: The layer's options.
        kind: Which of the layer's initializers: 0 is that of its product, 1 of its
            gate, 2 of its projection, which has no bias.
        policy: Dtype policy.
    """
    names = ["kernel_regularizer", "kernel_constraint"]
    arguments = {"kernel_initializer": options["kernel_initializer"][kind]}
    if kind < 2:
        names += ["bias_regularizer", "bias_constraint"]
        arguments["bias_initializer"] = options["bias_initializer"][kind]
    copies = {name: deepcopy(options[name]) for name in names}
    arguments["parametrization"] = options["parametrization"]
    return {**arguments, **copies, "dtype": policy}


def _activity_regularizer(
    options: dict[str, Any], policy: keras.DTypePolicy
) -> Callable | None:
    """Returns the layer's copy of the penalty on its outputs."""
    penalty = deepcopy(options["activity_regularizer"])
    if penalty is None or policy.compute_dtype == policy.variable_dtype:
        return penalty

    def penalty_in_variable_dtype(outputs: Any) -> Any:
        # Keras cannot add a penalty in half precision to those of the weights, and
        # float16 ends at 65,504, which a sum over a batch soon exceeds.
        return penalty(ops.cast(outputs, policy.variable_dtype))

    return penalty_in_variable_dtype


def _make_activation(
    activation: Callable | dict[str, Any],
    name: str,
    activity_regularizer: Any,
    policy: keras.DTypePolicy,
) -> keras.layers.Layer | None:
    """Returns the layer that applies the activation, or `None` for the identity."""
    if isinstance(activation, dict):
        config = {"dtype": policy, **activation["config"], "name": name}
        layer = keras.saving.deserialize_keras_object({**activation, "config": config})
        layer.activity_regularizer = activity_regularizer
        return layer
    if activation is keras.activations.linear and activity_regularizer is None:
        return None
    return keras.layers.Activation(
        activation, activity_regularizer=activity_regularizer, name=name, dtype=policy
    )


def _make_dropout(
    options: dict[str, Any], name: str, policy: keras.DTypePolicy
) -> keras.layers.Layer | None:
    rate = options["dropout"]
    if not rate:
        return None
    layer_class = keras.layers.Dropout
    if not isinstance(rate, float):
        layer_class = ScheduledDropout
    elif is_selu(options):
        layer_class = keras.layers.AlphaDropout
    return layer_class(rate, seed=options["dropout_seed"], name=name, dtype=policy)
