"""Names of columns that callers pass."""

import difflib
from collections.abc import Iterable
from typing import Any


def check_column(argument: str, name: Any, names: Iterable[str]) -> str:
    """Returns the name of a column, or says which there are.

    Args:
        argument: Name of the argument, for the message.
        name: What the caller passed.
        names: The columns that there are.

    Raises:
        ValueError: If there is none of that name.
    """
    known = list(names)
    if name in known:
        return name
    lower = {other.strip().lower(): other for other in known}
    near = difflib.get_close_matches(str(name).strip().lower(), lower, n=1)
    shown = ", ".join(map(repr, known[:20])) + (", ..." if len(known) > 20 else "")
    remedy = (
        f"Did you mean {lower[near[0]]!r}?"
        if near
        else "Pass one of them, or a table with it."
    )
    raise ValueError(
        f"Argument `{argument}` must name a column of the table, which has {shown}. "
        f"Received: {name!r}. {remedy}"
    )


def check_columns(argument: str, value: Any, names: Iterable[str]) -> list[str]:
    """Returns the names of columns as a list, or says what is wrong with them.

    Args:
        argument: Name of the argument, for the message.
        value: What the caller passed.
        names: The columns that there are.

    Raises:
        ValueError: If it is no list of different columns.
    """
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise ValueError(
            f"Argument `{argument}` must be a list of names of columns. Received: "
            f"{argument}={value!r}. Pass for example [{value!r}]."
        )
    known = list(names)
    given = [check_column(argument, name, known) for name in value]
    if len(set(given)) < len(given):
        raise ValueError(
            f"Argument `{argument}` must name each column once. Received: "
            f"{argument}={value!r}. Remove the duplicates."
        )
    return given
