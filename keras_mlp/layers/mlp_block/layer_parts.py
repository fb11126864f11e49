"""What one layer of a multilayer perceptron consists of, and how it is made."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.dense import Dense
from keras_mlp.layers.mlp_block.mlp_options import GATES, is_selu
from keras_mlp.layers.mlp_block.normalizations import make_normalization
from keras_mlp.layers.scheduled_dropout import ScheduledDropout


@dataclass
class LayerParts:
    """The Keras layers that make up one layer of an `MLP`.

    Attributes:
        dense: The matrix product, with the activation where nothing stands between.
        gate: Makes what the outputs are multiplied by.
        normalization: Normalizes what comes from `dense`.
        activation: The activation, where it is not applied by `dense`.
        dropout: Drops outputs while training.
        residual: Whether the inputs are added where they are as wide.
        projection: Makes the inputs as wide where they are not.
        seed: Of what is drawn beside the weights, if anything.
    """

    dense: keras.layers.Layer
    gate: keras.layers.Layer | None = None
    normalization: keras.layers.Layer | None = None
    activation: keras.layers.Layer | None = None
    dropout: keras.layers.Layer | None = None
    residual: bool = False
    projection: keras.layers.Layer | None = None
    seed: int | None = None

    def layers(self) -> list[keras.layers.Layer]:
        """Returns the layers there are, in their order of use."""
        parts = (
            self.dense,
            self.normalization,
            self.gate,
            self.activation,
            self.dropout,
            self.projection,
        )
        return [part for part in parts if part is not None]

    def build(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Builds every layer, decides on the residual, returns the output's shape."""
        self.dense.build(input_shape)
        if isinstance(self.dense, keras.layers.SpectralNormalization):
            # Keras draws it without a seed.
            draw = keras.initializers.TruncatedNormal(stddev=0.02, seed=self.seed)
            self.dense.vector_u.assign(draw(self.dense.vector_u.shape))
        output_shape = self.dense.compute_output_shape(input_shape)
        if input_shape[-1] == output_shape[-1]:
            self.projection = None
        elif self.projection is None:
            self.residual = False
        for part in (self.gate, self.projection):
            if part is not None:
                part.build(input_shape)
        for part in (self.normalization, self.activation, self.dropout):
            if part is not None:
                part.build(output_shape)
        return output_shape

    def __call__(self, inputs: Any, training: bool | None, mask: Any) -> Any:
        """Returns the layer's outputs, computed in the documented order."""
        outputs = self.dense(inputs, training=training)
        if self.normalization is not None:
            arguments = {"training": training}
            if mask is not None and _takes_mask(self.normalization):
                arguments["mask"] = mask
            outputs = self.normalization(outputs, **arguments)
        if self.gate is not None:
            outputs = ops.multiply(outputs, self.gate(inputs))
        if self.activation is not None:
            outputs = self.activation(outputs)
        if self.dropout is not None:
            outputs = self.dropout(outputs, training=training)
        if self.residual:
            added = inputs if self.projection is None else self.projection(inputs)
            # Not `ops.add`: it takes an empty batch for a bias.
            outputs = outputs + ops.cast(added, outputs.dtype)
        return outputs

    def multiply_adds(self, input_size: int, units: int) -> int:
        """Returns the multiply-adds of the matrix products, for one vector."""
        projects = self.projection is not None and input_size != units
        products = 1 + (self.gate is not None) + projects
        return products * input_size * units


def _takes_mask(layer: keras.layers.Layer) -> bool:
    return "mask" in inspect.signature(layer.call).parameters


def parts_of_each_layer(
    units: list[int],
    all_options: list[dict[str, Any]],
    policy: keras.DTypePolicy,
    dense_class: type[Dense],
) -> list[LayerParts]:
    """Returns the parts of consecutive layers, of which no two share anything.

    Args:
        units: Width of each layer.
        all_options: Options of each layer, of `options_of_each_layer`.
        policy: Dtype policy of all parts.
        dense_class: Class of the part that holds the kernel of a layer.
    """
    return [
        _make_parts(index, width, options, policy, dense_class)
        for index, (width, options) in enumerate(zip(units, all_options, strict=True))
    ]


def _make_parts(
    index: int,
    units: int,
    options: dict[str, Any],
    policy: keras.DTypePolicy,
    dense_class: type[Dense],
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
    dense: keras.layers.Layer = dense_class(
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
        gate=Dense(
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
        projection=Dense(
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
