"""Having TFDS write a prepared data set, so that nobody sees a half-written one."""

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tensorflow as tf

from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.messages import one_line


@contextlib.contextmanager
def working_beside(target: Path) -> Iterator[str]:
    """Yields a temporary directory on the same file system, removed at the end.

    If the block fails, the directories that had to be made for it are removed too.

    Args:
        target: Where the block is going to move what it has written.
    """
    with (
        _making(target.parent),
        tempfile.TemporaryDirectory(
            prefix=".incomplete-", dir=target.parent
        ) as temporary,
    ):
        yield temporary


def download_and_prepare(builder: "tfds.core.DatasetBuilder", temporary: str) -> None:
    """Has a builder write its data set, silently and without a network.

    Args:
        builder: The builder, with a `data_dir` inside `temporary`.
        temporary: What `working_beside` yields.

    Raises:
        OSError: If there is no room.
    """
    try:
        # Without TFDS' announcement of a download.
        with contextlib.redirect_stdout(io.StringIO()):
            builder.download_and_prepare(
                download_dir=os.path.join(temporary, "downloads"),
                download_config=tfds.download.DownloadConfig(try_download_gcs=False),
            )
    except Exception as error:
        # TFDS passes on a full disk as an error that it caused.
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        if isinstance(cause, (OSError, tf.errors.OpError)):
            raise OSError(one_line(cause)) from error
        raise


@contextlib.contextmanager
def _making(directory: Path) -> Iterator[None]:
    """Makes a directory, and removes on failure what it had to make."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        # Innermost first, and only those that are empty.
        for path in missing:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise
