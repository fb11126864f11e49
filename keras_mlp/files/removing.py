"""Removes what was left half-written."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path


def is_leftover(path: Path) -> bool:
    """Returns whether a path is a temporary one of `replacing`.

    A process that is killed cannot remove its own.

    Args:
        path: Any path.
    """
    return re.fullmatch(r"\.[0-9a-f]{16}(\.\w+)*", path.name) is not None


def remove_leftovers(directory: str | os.PathLike[str]) -> None:
    """Removes what processes that were killed have left half-written in a directory.

    Nobody may be writing there.

    Args:
        directory: An existing directory.

    Example:

    ```python
    import pathlib
    from keras_mlp.files import remove_leftovers

    half_written = pathlib.Path(".0123456789abcdef.npz")
    half_written.touch()
    remove_leftovers(".")
    assert not half_written.exists()
    ```
    """
    for path in Path(directory).iterdir():
        if is_leftover(path):
            remove(path)


@contextlib.contextmanager
def removed_on_failure(path: str | os.PathLike[str]) -> Iterator[None]:
    """Removes what a block has begun to write, if it raises.

    For libraries that say where they write to, so that a temporary path will not do.

    Args:
        path: Where the block writes. What was there before is never removed.

    Example:

    ```python
    from pathlib import Path

    from keras_mlp.files import removed_on_failure

    with removed_on_failure("export"):
        Path("export").mkdir()
    ```
    """
    was_there = os.path.lexists(path)
    try:
        yield
    except BaseException:
        if not was_there:
            remove(Path(path))
        raise


def remove(path: Path) -> None:
    """Removes a file or a directory, if there is one.

    Args:
        path: Where it is.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
