"""Seeds for the initial weights of models that are made of several layers."""

from typing import Any

import keras
import numpy as np

from keras_mlp.validation import check_seed


def layer_seeds(seed: int | None, count: int) -> list[int | None]:
    """Returns one seed for each of `count` layers, all made from `seed`.

    Args:
        seed: The model's seed. `None` leaves every layer to draw its own.
        count: Number of layers.

    Returns:
        List of `count` integers, or of `None`.
    """
    seed = check_seed("seed", seed)
    if seed is None:
        return [None] * count
    # Neighbouring seeds (0, 1, 2, ...) must not give related layers.
    state = np.random.SeedSequence(seed).generate_state(count)
    # Keras takes seeds that fit a signed 32-bit integer.
    return [int(number % 2**31) for number in state]


def seeded_initializer(initializer: Any, seed: int | None) -> Any:
    """Returns a copy of `initializer` for one layer.

    One initializer object with a seed gives the same numbers each time it is
    called, so layers of the same shape would start equal. Each layer gets a copy
    instead, and its own seed where the initializer has none.

    Args:
        initializer: Name, configuration or instance of an initializer, or a
            callable, which is returned as it is.
        seed: The layer's seed, or `None`.

    Returns:
        The initializer for the layer.
    """
    initializer = keras.initializers.get(initializer)
    if not isinstance(initializer, keras.initializers.Initializer):
        return initializer
    config = initializer.get_config()
    if seed is not None and "seed" in config and config["seed"] is None:
        config["seed"] = seed
    return type(initializer).from_config(config)


def different_initializers(initializer: Any, seeds: list[int | None]) -> list[Any]:
    """Returns a copy of `initializer` for each of several weights.

    No two of the copies draw the same numbers. That holds for an initializer that
    brings a seed of its own too: its first copy keeps that seed, and the others
    get seeds made from it.

    Args:
        initializer: Name, configuration or instance of an initializer, or a
            callable, which is returned as it is.
        seeds: A seed for each weight, or `None`, for initializers that have none.

    Returns:
        List of as many initializers as there are seeds.
    """
    initializer = keras.initializers.get(initializer)
    own_seed = None
    if isinstance(initializer, keras.initializers.Initializer):
        own_seed = initializer.get_config().get("seed")
    if own_seed is None or not seeds:
        return [seeded_initializer(initializer, seed) for seed in seeds]
    if not isinstance(own_seed, int):
        # A `keras.random.SeedGenerator`: it moves on by itself.
        return [initializer] * len(seeds)
    config = initializer.get_config()
    own_seeds = [own_seed, *layer_seeds(own_seed, len(seeds) - 1)]
    return [
        type(initializer).from_config({**config, "seed": seed}) for seed in own_seeds
    ]
