"""Asks for room on the disk before anything is written."""

import os

from keras_mlp.files.not_written import NOT_WRITABLE


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
        if error.errno in NOT_WRITABLE:
            raise
    finally:
        os.close(descriptor)
        os.unlink(path)
