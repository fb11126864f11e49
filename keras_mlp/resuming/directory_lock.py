"""One process in a directory at a time."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from keras_mlp.resuming.errors import DirectoryInUseError

NAME = "lock"


class DirectoryLock:
    """Keeps others out of a directory, and ends with the process, however that ends.

    Held by `flock` on a file in the directory, which the operating system releases when
    the process dies. Linux and macOS have it.

    Args:
        directory: The directory, which is made where there is none.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file: BinaryIO | None = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Holds the lock within the block; who holds it already may do so again.

        Raises:
            DirectoryInUseError: If another process, or another lock, holds it.
        """
        if self._file is not None:
            yield
            return
        self._file = self._acquire()
        try:
            yield
        finally:
            self._file.close()
            self._file = None

    def _acquire(self) -> BinaryIO:
        import fcntl

        path = self._directory / NAME
        while True:
            self._directory.mkdir(parents=True, exist_ok=True)
            file = open(path, "a+b")  # noqa: SIM115
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                owner = file.read(20).decode(errors="replace").strip() or "unknown"
                file.close()
                raise DirectoryInUseError(
                    f"'{self._directory}' is in use by another run. Received: a lock "
                    f"that process {owner} holds. Wait until it has ended, or choose "
                    "another directory."
                ) from error
            except BaseException:
                file.close()
                raise
            if _is_still_there(file, path):
                break
            # It was removed, by a run that ended, after it was opened here.
            file.close()
        file.truncate(0)
        file.write(b"%d\n" % os.getpid())
        file.flush()
        return file


def _is_still_there(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
