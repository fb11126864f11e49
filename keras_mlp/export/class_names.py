"""Names of classes that go into a file."""

from collections.abc import Iterable
from typing import Any


def checked_names(class_names: Any) -> tuple[str, ...]:
    """Returns the names of classes, or says what is wrong with them.

    Args:
        class_names: What the caller passed.

    Raises:
        ValueError: If one is no text of one line, or cannot be written.
    """
    names = list(class_names) if isinstance(class_names, Iterable) else [class_names]
    for name in names:
        if not isinstance(name, str) or len(f"{name}.".splitlines()) != 1:
            raise ValueError(
                "Argument `class_names` must hold texts of one line each. "
                f"Received: class_names={class_names!r}, of which {name!r} is none. "
                "Pass for example ['cat', 'dog']."
            )
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                "Argument `class_names` must hold texts that can be written in UTF-8. "
                f"Received: {name!r} ({error.reason}). Pass other names."
            ) from error
    return tuple(map(str, names))
