"""A mistake in how a command was called."""

import contextlib
from collections.abc import Iterator


class CommandError(Exception):
    """What is wrong with the command line, and how to mend it, in one line."""


@contextlib.contextmanager
def as_command_error() -> Iterator[None]:
    """Turns a refused value into a `CommandError`.

    To be put around the reading of the user's arguments only: a `ValueError`
    from anywhere else is a defect, and shows its traceback.
    """
    try:
        yield
    except ValueError as error:
        raise CommandError(str(error)) from error
