"""Checks of arguments that name one of several things."""

import difflib
from collections.abc import Callable, Sequence
from typing import Any

from keras_mlp.messages import one_line


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
    near = difflib.get_close_matches(str(value), map(str, choices), n=1)
    guess = f"Did you mean {near[0]!r}? " if near else ""
    raise ValueError(
        f"Argument `{name}` must be one of {', '.join(map(repr, choices))}. "
        f"Received: {name}={value!r}. {guess}Pass one of them."
    )


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
