"""Writing files so that nobody ever sees a half-written one, and reading small ones."""

import contextlib
import errno
import os
import secrets
import shutil
import stat
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


def read_whole(path: str | os.PathLike[str], maximum_bytes: int) -> bytes:
    """Reads a file that should be small, and never waits for one that has no end.

    Args:
        path: The file.
        maximum_bytes: How large it may be; more is refused before it is read.

    Returns:
        What it holds.

    Raises:
        OSError: If it cannot be read, is larger, or is no file: a directory, a pipe,
            a device. `strerror` says what is wrong.

    Example:

    ```python
    from keras_mlp.files import read_whole, write_atomically

    write_atomically("note.txt", "short")
    assert read_whole("note.txt", maximum_bytes=100) == b"short"
    ```
    """
    # Without waiting: a pipe that nobody writes to would never open.
    with open(path, "rb", opener=_open_at_once) as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "is a pipe or a device, no file", str(path))
        data = b""
        if about.st_size <= maximum_bytes:
            data = file.read(maximum_bytes + 1)
        if max(about.st_size, len(data)) > maximum_bytes:
            raise OSError(
                errno.EFBIG, f"is larger than {maximum_bytes:,} bytes", str(path)
            )
        return data


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


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
