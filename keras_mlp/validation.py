"""Checks of arguments that several parts of the package share."""

import operator
from typing import Any


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
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    # NumPy's Boolean is no `bool`; older releases turn it into 0 or 1.
    if number is None or number < 1 or type(value).__name__ in ("bool", "bool_"):
        raise ValueError(
            f"Argument `{name}` must be a positive integer. "
            f"Received: {name}={value!r}. Pass a whole number of at least 1."
        )
    return number
