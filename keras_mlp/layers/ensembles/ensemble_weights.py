"""The weights of fully connected layers of several networks."""

import math
from typing import Any, NamedTuple

import keras

from keras_mlp.layers.ensembles.members import (
    each_member,
    penalty_on_each,
    projection_of_each,
    same_for_all,
)
from keras_mlp.layers.ensembles.scaling import check_sizes, scaling_start
from keras_mlp.layers.initializers import layer_seeds, seeded_initializer


class EnsembleWeights(NamedTuple):
    """The weights of an `EnsembleDense`; `None` for those that it has not.

    Attributes:
        kernel: `[inputs, units]`, or one for each network.
        input_scale: `[networks, inputs]`.
        output_scale: `[networks, units]`.
        bias: `[networks, units]`, or one for all.
    """

    kernel: Any
    input_scale: Any
    output_scale: Any
    bias: Any


def add_weights(layer: Any, size: int) -> EnsembleWeights:
    """Returns the weights of an `EnsembleDense`, added to it.

    Args:
        layer: The layer, not built.
        size: Width of its inputs.
    """
    packed, count = layer.packed, layer.ensemble_size
    one_bias = layer.share_bias and not packed
    seeds = layer_seeds(layer.seed, 4)
    bound = 1 / math.sqrt(size)

    def start(initializer: Any, seed: int | None) -> Any:
        if initializer is None and layer.parametrization == "ntk":
            initializer = keras.initializers.RandomNormal(stddev=1.0)
        elif initializer is None:
            initializer = keras.initializers.RandomUniform(-bound, bound)
        if packed:
            return each_member(initializer, count, seed)
        return seeded_initializer(initializer, seed)

    def rules(name: str, several: bool) -> dict[str, Any]:
        penalty = getattr(layer, f"{name}_regularizer")
        projection = getattr(layer, f"{name}_constraint")
        if several:
            penalty = penalty_on_each(penalty)
            projection = projection_of_each(projection)
        return {"regularizer": penalty, "constraint": projection}

    def scale(name: str, width: int, seed: int | None, sizes: Any = None) -> Any:
        scaling = getattr(layer, f"{name}_scaling")
        if packed or scaling is None:
            return None
        return layer.add_weight(
            name=f"{name}_scale",
            shape=(count, width),
            initializer=scaling_start(scaling, seed, sizes),
        )

    kernel = layer.add_weight(
        name="kernel",
        shape=(count, size, layer.units) if packed else (size, layer.units),
        initializer=start(layer.kernel_initializer, seeds[0]),
        **rules("kernel", packed),
    )
    sizes = layer.feature_sizes
    sizes = None if sizes is None else check_sizes(sizes, size)
    input_scale = scale("input", size, seeds[2], sizes)
    output_scale = scale("output", layer.units, seeds[3])
    bias = None
    if layer.use_bias:
        bias_start = start(layer.bias_initializer, seeds[1])
        bias = layer.add_weight(
            name="bias",
            shape=(layer.units,) if one_bias else (count, layer.units),
            initializer=bias_start if packed or one_bias else same_for_all(bias_start),
            **rules("bias", not one_bias),
        )
    return EnsembleWeights(kernel, input_scale, output_scale, bias)
