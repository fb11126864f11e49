"""The files of a prepared TFDS data set: with fixed bytes, and compared."""

from pathlib import Path

import tensorflow as tf


def sort_fields(path: Path) -> None:
    """Writes a file of records again with the fields of each in a fixed order.

    An example is a protocol buffers map, whose fields are written in an order that
    differs from one process to the next.

    Args:
        path: The file.
    """
    records = [
        tf.train.Example.FromString(record).SerializeToString(deterministic=True)
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator()
    ]
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)


def differences(expected: Path, actual: Path) -> list[str]:
    """Returns the names of files that are not the same in both directories.

    Args:
        expected: A directory.
        actual: Another.
    """
    names = {path.name for path in (*expected.glob("*"), *actual.glob("*"))}
    return sorted(
        name
        for name in names
        if not (expected / name).is_file()
        or not (actual / name).is_file()
        or (expected / name).read_bytes() != (actual / name).read_bytes()
    )
