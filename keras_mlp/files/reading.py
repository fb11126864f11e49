"""Reads small files, and never waits for one that has no end."""

import errno
import os
import stat


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
