"""Writing files so that nobody ever sees a half-written one, and reading small ones."""

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import tensorflow as tf

from keras_mlp.messages import one_line

# What the system says of a disk or a quota that is full, of a file that is larger than
# allowed, and of a disk that is broken or read-only.
_NOT_WRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


class NotWrittenError(OSError):
    """There was no room for a file; what was there before is unchanged.

    Args:
        path: The file.
        reason: What the system says.
    """

    def __init__(self, path: str | os.PathLike[str], reason: str) -> None:
        super().__init__(
            f"'{os.fspath(path)}' cannot be written. Received: {reason}; what was "
            "there before is unchanged. Make room, or choose another place."
        )
        self.reason = reason


@contextlib.contextmanager
def replacing(
    path: str | os.PathLike[str], suffix: str | None = None
) -> Iterator[Path]:
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

    What was written is on the disk, not only on its way there, before anything is
    replaced: some file systems say only then that there is no room.

    Args:
        path: Where the result should be. Its parent directory must exist.
        suffix: What the temporary path ends with. Defaults to the last suffix of
            `path`.

    Yields:
        The temporary path to write to.

    Raises:
        FileNotFoundError: If the parent directory does not exist, or if the block ended
            without having written anything.
        NotWrittenError: If the disk is full or broken, or the file larger than may be.
            An `OSError`, also where the library that writes has errors of its own.
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
    temporary = _unused_path_beside(path, path.suffix if suffix is None else suffix)
    try:
        yield temporary
        if not os.path.lexists(temporary):
            raise FileNotFoundError(
                f"Expected a file or a directory at the temporary path that is to "
                f"become {str(path)!r}. Received: nothing. Write to the path that "
                f"`replacing` yields."
            )
        _flush(temporary)
        _move(temporary, path)
    except (OSError, tf.errors.OpError) as error:
        reason = _reason(error)
        if reason is None:
            raise
        raise NotWrittenError(path, reason) from error
    finally:
        # After a successful move there is nothing left here to remove. `finally`
        # rather than `except`: an interrupted run must not leave rubbish either.
        _remove(temporary)


def _flush(path: Path) -> None:
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            # Others: that the file system has nothing to do.
            if error.errno in _NOT_WRITABLE:
                raise
        finally:
            os.close(descriptor)


def _reason(error: OSError | tf.errors.OpError) -> str | None:
    """Returns why there was no room, or `None` if that is not what is wrong."""
    if isinstance(error, NotWrittenError):
        # From a block within the block, which wrote to the temporary path.
        return error.reason
    if isinstance(error, OSError):
        # Libraries add their own words to the system's.
        return os.strerror(error.errno) if error.errno in _NOT_WRITABLE else None
    # TensorFlow's errors are no `OSError`. They begin with the temporary path:
    # "path; No space left on device".
    return one_line(error.message).rpartition("; ")[2]


def write_atomically(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Writes a whole file in one step, replacing one that was there.

    Readers see the old contents or the new, never a part of them.

    Args:
        path: Where to write. Its parent directory must exist.
        data: The contents. Text is written as UTF-8, its line ends unchanged.

    Raises:
        OSError: If the file cannot be written; what was there before is unchanged.
            `NotWrittenError` where there is no room.

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
            _remove(path)


def check_room(path: str | os.PathLike[str], size: int) -> None:
    """Raises if there is no room for a file, before anything of it is written.

    For HDF5: its library brings the whole process down where the disk fills up while
    it writes.

    Args:
        path: Where to write a file; nothing may exist there yet.
        size: How many bytes it will take.

    Raises:
        OSError: If there is no room for so many.

    Example:

    ```python
    from keras_mlp.files import check_room

    check_room("weights.h5", 10_000)
    ```
    """
    if not hasattr(os, "posix_fallocate"):
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        # Others: that the file system cannot say so in advance.
        if error.errno in _NOT_WRITABLE:
            raise
    finally:
        os.close(descriptor)
        os.unlink(path)


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
            _remove(Path(path))
        raise


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
        if about.st_size > maximum_bytes:
            raise OSError(
                errno.EFBIG, f"is larger than {maximum_bytes:,} bytes", str(path)
            )
        # Asked for more, Python would allocate that first.
        return file.read(about.st_size)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unused_path_beside(path: Path, suffix: str = "") -> Path:
    # Not from `tempfile`: its files are private to the user whatever the umask says,
    # and would stay so once they have been moved. The name does not repeat that of
    # `path`, which may already be as long as names can be.
    return path.parent / f".{secrets.token_hex(8)}{suffix}"


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
