"""The options of each layer, where a block is several networks in one."""

from typing import Any

import keras

from keras_mlp.layers.ensembles.members import each_of
from keras_mlp.layers.initializers import different_initializers, layer_seeds
from keras_mlp.layers.mlp_block.mlp_options import options_of_each_layer
from keras_mlp.validation import check_positive_integer

_INITIALIZERS = ("kernel_initializer", "bias_initializer")


def options_of_networks(
    given: dict[str, Any],
    final_activation: Any,
    use_final_bias: bool | None,
    count: int,
    seed: int | None,
    networks: int | None,
) -> list[dict[str, Any]]:
    """Returns the options of each layer, with the initializers of all networks.

    The networks of a block with a seed start as blocks of one network do that have the
    seeds `layer_seeds(seed, networks)`.

    Args:
        given: As for `options_of_each_layer`.
        final_activation: As for `options_of_each_layer`.
        use_final_bias: As for `options_of_each_layer`.
        count: Number of layers.
        seed: The seed of them all, or `None`.
        networks: How many there are; `None` for a block of one.

    Raises:
        ValueError: If a list has the wrong length, or kernels must be normalized
            that are those of several networks.
    """
    others = (final_activation, use_final_bias, count)
    all_options = options_of_each_layer(given, *others, seed)
    if networks is None:
        return all_options
    if any(keras.tree.flatten(given["spectral_normalization"])):
        raise ValueError(
            "Argument `spectral_normalization` must be False where there is an "
            f"`ensemble`. Received: spectral_normalization="
            f"{given['spectral_normalization']!r}, ensemble={networks}. Leave one out."
        )
    of_networks = [
        options_of_each_layer(_with_own_initializers(given, number), *others, own_seed)
        for number, own_seed in enumerate(layer_seeds(seed, networks))
    ]
    for index, options in enumerate(all_options):
        for name in _INITIALIZERS:
            parts = zip(*(layers[index][name] for layers in of_networks), strict=True)
            options[name] = [list(part) for part in parts]
    return all_options


def _with_own_initializers(given: dict[str, Any], number: int) -> dict[str, Any]:
    """Returns the options with initializers that draw other numbers for each network.

    Those with a seed of their own would start all networks alike.
    """

    def own(initializer: Any) -> Any:
        seeds = layer_seeds(None, number + 1)
        return initializer and different_initializers(initializer, seeds)[-1]

    return {**given, **{name: each_of(own, given[name]) for name in _INITIALIZERS}}


def check_ensemble(value: Any, units: list[int]) -> int | None:
    """Returns a number of networks, or `None`.

    Args:
        value: What the caller passed.
        units: Width of each layer.

    Raises:
        ValueError: If it is no positive integer, or there is no layer to have several
            of.
    """
    if value is None:
        return None
    if not units:
        raise ValueError(
            "Argument `units` must hold a layer where there is an `ensemble`. "
            f"Received: units=[], ensemble={value!r}. Pass for example [64]."
        )
    return check_positive_integer("ensemble", value)
