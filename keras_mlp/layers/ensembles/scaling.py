"""What the scalings of an ensemble start as."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.validation import check_units

SCALINGS = (None, "ones", "random_signs", "normal")


def scaling_start(
    start: str, seed: int | None, sizes: Sequence[int] | None = None
) -> Any:
    """Returns the initializer of a scaling, `[networks, columns]`.

    Args:
        start: `"ones"`, `"random_signs"` or `"normal"`.
        seed: Fixes what is drawn, or `None`.
        sizes: How many columns each feature has: these get the same factor. Defaults
            to one each.
    """
    if start == "ones":
        return keras.initializers.Ones()
    draw = _random_signs(seed) if start == "random_signs" else _normal(seed)
    if sizes is None:
        return draw
    features = np.repeat(np.arange(len(sizes)), sizes)

    def draw_features(shape: Any, dtype: Any = None) -> Any:
        drawn = draw((shape[0], len(sizes)), dtype=dtype)
        return ops.take(drawn, features, axis=1)

    return draw_features


def check_sizes(value: Any, columns: int) -> list[int]:
    """Returns how many columns each feature has, if these are all there are.

    Args:
        value: What the caller passed.
        columns: How many columns the inputs have.

    Raises:
        ValueError: If they are no positive integers, or add up to another number.
    """
    sizes = check_units("feature_sizes", value)
    if sum(sizes) != columns:
        raise ValueError(
            "Argument `feature_sizes` must add up to the number of columns of the "
            f"inputs, {columns}. Received: feature_sizes={sizes}, which is "
            f"{sum(sizes)}. Pass the columns of each feature, in order."
        )
    return sizes


def _normal(seed: int | None) -> Callable:
    return keras.initializers.RandomNormal(stddev=1.0, seed=seed)


def _random_signs(seed: int | None) -> Callable:
    uniform = keras.initializers.RandomUniform(-1.0, 1.0, seed=seed)

    def draw(shape: Any, dtype: Any = None) -> Any:
        drawn = uniform(shape, dtype=dtype)
        return ops.where(drawn < 0, -ops.ones_like(drawn), ops.ones_like(drawn))

    return draw
