"""Checks of arguments that several parts of the package share."""

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from keras_mlp.messages import one_line


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
            f"Received: {name}={value!r}. Pass a whole number such as 0."
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
    rate = _as_float(value)
    if rate is None or not 0 <= rate < 1:
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
        f"Received: {name}={value!r}. Pass one of them."
    )


def check_switch(name: str, value: Any) -> bool:
    """Returns `value` as a `bool`, or says what is wrong with it.

    A text such as `"False"` would count as true.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.

    Raises:
        ValueError: If `value` is not a Boolean.
    """
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise ValueError(
        f"Argument `{name}` must be True or False. Received: {name}={value!r}. Pass "
        "one of them."
    )


def check_number(name: str, value: Any, least: float = -math.inf) -> float:
    """Returns `value` as a `float`, or says what is wrong with it.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.
        least: The least that it may be. Defaults to any.

    Raises:
        ValueError: If `value` is not a finite number, or too small.
    """
    number = _as_float(value)
    if number is None or not math.isfinite(number) or number < least:
        expected = "" if least == -math.inf else f" of at least {least:g}"
        raise ValueError(
            f"Argument `{name}` must be a finite number{expected}. "
            f"Received: {name}={value!r}. Pass a number such as 0.1."
        )
    return number


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


def check_known(name: str, get: Callable[[Any], Any], value: Any) -> Any:
    """Returns what one of Keras' `get` functions makes of `value`.

    Args:
        name: Name of the argument, for the message.
        get: The function, such as `keras.activations.get`.
        value: What the caller passed.

    Raises:
        ValueError: If Keras does not know it. It names the argument.
    """
    try:
        return get(value)
    except (TypeError, ValueError) as error:
        module = f"keras.{get.__module__.rpartition('.')[2]}"
        raise ValueError(
            f"Argument `{name}` must be one of `{module}`, or the name of one. "
            f"Received: {name}={one_line(repr(value))} ({one_line(error)}). Pass one "
            f"that `help({module})` lists, or register your own."
        ) from error


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


def _as_float(value: Any) -> float | None:
    if isinstance(value, (str, bytes)):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
