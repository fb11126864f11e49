"""Checks of arguments that several parts of the package share."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np


def check_positive_integer(name: str, value: Any) -> int:
    """Returns `value` as an `int`, or says what is wrong with it.

    Any integer type is accepted (`int`, `numpy.int64`, ...). A Boolean is not:
    `True` is an `int` to Python, but never a sensible size.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.

    Returns:
        `value` as a Python `int`, at least 1.

    Raises:
        ValueError: If `value` is not an integer or is below 1.
    """
    try:
        # NumPy's Boolean is no `bool`, and NumPy 1 turns it into 0 or 1.
        number = 0 if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(
            f"Argument `{name}` must be a positive integer. "
            f"Received: {name}={value!r}. Pass a whole number of at least 1."
        )
    return number


def check_seed(name: str, value: Any) -> int | None:
    """Returns a seed as an `int`, or `None`, or says what is wrong with it.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.

    Returns:
        `value` as a Python `int` of 0 or more, or `None`.

    Raises:
        ValueError: If `value` is neither `None` nor such an integer.
    """
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        number = -1
    if number < 0:
        raise ValueError(
            f"Argument `{name}` must be an integer of at least 0, or `None`. "
            f"Received: {name}={value!r}."
        )
    return number


def check_rate(name: str, value: Any) -> float:
    """Returns a rate of dropout as a `float`, or says what is wrong with it.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.

    Returns:
        `value` as a Python `float`, at least 0 and below 1.

    Raises:
        ValueError: If `value` is no such number.
    """
    try:
        rate = float(value)
    except (TypeError, ValueError):
        rate = -1.0
    if not 0 <= rate < 1:
        raise ValueError(
            f"Argument `{name}` must be a number from 0 up to, but not including, 1. "
            f"Received: {name}={value!r}. Pass the share of values to drop; 0 drops "
            "none."
        )
    return rate


def check_choice(name: str, value: Any, choices: Sequence[Any]) -> Any:
    """Returns `value` if it is one of `choices`, or says what they are.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.
        choices: The values that are allowed.

    Returns:
        The one of `choices` that equals `value`.

    Raises:
        ValueError: If `value` is not among them.
    """
    for choice in choices:
        # `1 == True` and `0 == False`, but they are not what is meant.
        if type(choice) is type(value) and choice == value:
            return choice
    raise ValueError(
        f"Argument `{name}` must be one of {', '.join(map(repr, choices))}. "
        f"Received: {name}={value!r}."
    )


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
            f"{len(value)}."
        )
    return list(value)
