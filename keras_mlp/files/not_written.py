"""The error that there is no room for a file."""

import errno
import os

import tensorflow as tf

from keras_mlp.messages import one_line

# What the system says of a disk or a quota that is full, of a file that is larger than
# allowed, and of a disk that is broken or read-only.
NOT_WRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


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


def why_not_written(error: OSError | tf.errors.OpError) -> str | None:
    """Returns why there was no room, or `None` if that is not what is wrong.

    Args:
        error: What a library or the system said while a file was written.
    """
    if isinstance(error, NotWrittenError):
        # From a block within the block, which wrote to the temporary path.
        return error.reason
    if isinstance(error, OSError):
        # Libraries add their own words to the system's.
        return os.strerror(error.errno) if error.errno in NOT_WRITABLE else None
    # TensorFlow's errors are no `OSError`. They begin with the temporary path:
    # "path; No space left on device".
    return one_line(error.message).rpartition("; ")[2]
