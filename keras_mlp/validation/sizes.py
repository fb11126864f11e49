"""Checks of the sizes of layers and examples."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from keras_mlp.validation.numbers import check_positive_integer


def check_units(name: str, value: Any) -> list[int]:
    """Returns the widths of layers as a list, or says what is wrong with them.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.

    Raises:
        ValueError: If `value` is not a sequence of positive integers.
    """
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise ValueError(
            f"Argument `{name}` must be a sequence of positive integers, one for each "
            f"layer. Received: {name}={value!r}. Pass a list such as [64]."
        )
    return [check_positive_integer(name, units) for units in value]


def check_shape(name: str, value: Any, rank: int | None = None) -> tuple:
    """Returns the shape of an example, or says what is wrong with it.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.
        rank: How many sizes there must be. Defaults to at least one.

    Raises:
        ValueError: If `value` is not a sequence of positive integers and `None`.
    """
    sizes = list(value) if isinstance(value, (tuple, list)) else []
    right = sizes and all(
        size is None or (_is_whole(size) and size > 0) for size in sizes
    )
    if not right or len(sizes) != (rank or len(sizes)):
        expected = "sizes" if rank is None else f"{rank} sizes"
        raise ValueError(
            f"Argument `{name}` must be a tuple of {expected}, without that of the "
            f"batch: positive integers, or None where any size is allowed. "
            f"Received: {name}={value!r}. Pass for example {(28, 28, 1)[: rank or 1]}."
        )
    return tuple(sizes)


def per_layer(name: str, value: Any, count: int, layers: str) -> list[Any]:
    """Returns a list with one value for each layer.

    Args:
        name: Name of the argument, for the message.
        value: One value for all layers, or a list or tuple with one for each.
        count: Number of layers.
        layers: What the layers are called, for the message.

    Returns:
        List of `count` values.

    Raises:
        ValueError: If `value` is a list of another length.
    """
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(
            f"Argument `{name}` must be one value, or a list with one for each of "
            f"the {count} {layers}. Received: {name}={value!r}, a list of length "
            f"{len(value)}. Pass one value, or {count} of them."
        )
    return list(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
