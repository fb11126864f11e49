"""Writing files so that nobody ever sees a half-written one."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yields a temporary path whose contents take the place of `path` at the end.

    The temporary path lies in the same directory as `path` and ends with the same
    suffix, so that libraries which choose a format by the suffix still do. Nothing
    exists there yet: the block creates a file or a directory. When the block ends
    well, that is moved to `path`; when it raises, that is removed and `path` is left
    as it was.

    A file that was at `path` is replaced in one step. So is nothing at all by a
    directory. A directory that was at `path` is first moved aside, since file systems
    cannot swap two directories, and is moved back if the new one cannot take its place.
    Whether anything may be replaced is for the caller to decide.

    Args:
        path: Where the result should be. Its parent directory must exist.

    Yields:
        The temporary path to write to.

    Raises:
        FileNotFoundError: If the parent directory does not exist, or if the block ended
            without having written anything.
        OSError: If the result cannot be moved, such as a file onto a directory.

    Example:

    ```python
    from keras_mlp.files import replacing

    with replacing("notes.txt") as temporary:
        temporary.write_text("all or nothing")
    ```
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"The directory of `path` must exist. Received: {str(path)!r}. "
            f"Create {str(path.parent)!r} first."
        )
    temporary = _unused_path_beside(path)
    try:
        yield temporary
        if not os.path.lexists(temporary):
            raise FileNotFoundError(
                f"Expected a file or a directory at the temporary path that is to "
                f"become {str(path)!r}. Received: nothing. Write to the path that "
                f"`replacing` yields."
            )
        _move(temporary, path)
    finally:
        # After a successful move there is nothing left here to remove. `finally`
        # rather than `except`: an interrupted run must not leave rubbish either.
        _remove(temporary)


def write_atomically(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Writes a whole file in one step, replacing one that was there.

    Readers see the old contents or the new, never a part of them.

    Args:
        path: Where to write. Its parent directory must exist.
        data: The contents. Text is written as UTF-8, its line ends unchanged.

    Raises:
        OSError: If the file cannot be written; what was there before is unchanged.

    Example:

    ```python
    from keras_mlp.files import write_atomically

    write_atomically("run.json", '{"seed": 0}')
    ```
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data.encode() if isinstance(data, str) else data)


def is_leftover(path: Path) -> bool:
    """Returns whether a path is a temporary one of `replacing`.

    A process that is killed cannot remove its own.

    Args:
        path: Any path.
    """
    return re.fullmatch(r"\.[0-9a-f]{16}(\.\w+)?", path.name) is not None


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
            _remove(path)


def _unused_path_beside(path: Path) -> Path:
    # Not from `tempfile`: its files are private to the user whatever the umask says,
    # and would stay so once they have been moved. The name does not repeat that of
    # `path`, which may already be as long as names can be.
    return path.parent / f".{secrets.token_hex(8)}{path.suffix}"


def _move(temporary: Path, path: Path) -> None:
    if not (temporary.is_dir() and path.is_dir()):
        os.replace(temporary, path)
        return
    aside = _unused_path_beside(path)
    os.replace(path, aside)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.replace(aside, path)
        raise
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
