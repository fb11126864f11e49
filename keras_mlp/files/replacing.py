"""Files and directories that appear whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import tensorflow as tf

from keras_mlp.files.not_written import (
    NOT_WRITABLE,
    NotWrittenError,
    why_not_written,
)
from keras_mlp.files.removing import remove


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
        reason = why_not_written(error)
        if reason is None:
            raise
        raise NotWrittenError(path, reason) from error
    finally:
        # After a successful move there is nothing left here to remove. `finally`
        # rather than `except`: an interrupted run must not leave rubbish either.
        remove(temporary)


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


def _flush(path: Path) -> None:
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            # Others: that the file system has nothing to do.
            if error.errno in NOT_WRITABLE:
                raise
        finally:
            os.close(descriptor)


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
    remove(aside)
