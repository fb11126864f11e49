"""Having TFDS write a data set."""

import contextlib
import io
from typing import Any

import tensorflow as tf

from keras_mlp.messages import one_line


def write_prepared(builder: Any, **options: Any) -> None:
    """Has a builder of TFDS write its data set.

    Args:
        builder: The builder.
        **options: For its `download_and_prepare`.

    Raises:
        OSError: If it cannot be written.
    """
    try:
        # Without TFDS' announcement of a download.
        with contextlib.redirect_stdout(io.StringIO()):
            builder.download_and_prepare(**options)
    except Exception as error:
        # TFDS passes on a full disk as an error that it caused.
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        if isinstance(cause, (OSError, tf.errors.OpError)):
            raise OSError(one_line(cause)) from error
        raise
