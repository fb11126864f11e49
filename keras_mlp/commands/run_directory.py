"""Where a command puts its results."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from keras_mlp.commands.command_error import CommandError
from keras_mlp.recipes.runs.resumable_run import holds_nothing


@contextlib.contextmanager
def new_directory(chosen: str | None, default: str) -> Iterator[Path]:
    """Yields a new or empty directory, and removes it if nothing came of it.

    Args:
        chosen: What the user asked for, or `None`.
        default: Where to put it otherwise; a number is added that makes it new.

    Raises:
        CommandError: If the chosen directory is not empty, is no directory or
            cannot be written.
    """
    directory, made = (
        _make_numbered(default) if chosen is None else _make_chosen(Path(chosen))
    )
    try:
        yield directory
    except BaseException:
        if made:
            # Only where it is still empty; what was written is kept.
            with contextlib.suppress(OSError):
                directory.rmdir()
        raise


def _make_numbered(default: str) -> tuple[Path, bool]:
    parent = Path(default).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            directory = Path(f"{default}-{number}")
            try:
                directory.mkdir()
            except FileExistsError:
                number += 1
            else:
                return directory, True
    except OSError as error:
        raise CommandError(
            f"cannot make a directory under '{parent}': {error.strerror}. "
            "Choose another place with --out DIR."
        ) from error


def _make_chosen(directory: Path) -> tuple[Path, bool]:
    remedy = "Choose a new or an empty directory with --out DIR."
    made = not directory.exists()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not holds_nothing(directory):
            raise CommandError(
                f"--out must be new or empty. Received: '{directory}', which holds "
                f"files; nothing was changed. {remedy}"
            )
    except (FileExistsError, NotADirectoryError) as error:
        raise CommandError(
            f"--out must be a directory. Received: '{directory}', where a file "
            f"stands in the way. {remedy}"
        ) from error
    except OSError as error:
        raise CommandError(
            f"--out must be writable. Received: '{directory}' "
            f"({error.strerror}). {remedy}"
        ) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise CommandError(f"--out must be writable. Received: '{directory}'. {remedy}")
    return directory, made
