"""Checks of single numbers, and of switches."""

import math
import operator
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


def _as_float(value: Any) -> float | None:
    if isinstance(value, (str, bytes)):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
