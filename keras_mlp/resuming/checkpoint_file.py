"""The file that holds the state of a run."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.files import replacing
from keras_mlp.resuming.errors import ResumeError

# Of the files that are written here. A reader takes this one and older ones.
FORMAT = 1

_STATE = "state.json"


class DamagedError(ResumeError):
    """A checkpoint is truncated or has changed since it was written."""


class EncodedState(NamedTuple):
    """A state as it is written: a snapshot, which later changes do not reach.

    Args:
        structure: What JSON can hold; arrays are named by their place.
        arrays: The arrays, or tensors.
    """

    structure: Any
    arrays: list[Any]


def encode(state: Any) -> EncodedState:
    """Returns a state ready to be written.

    Args:
        state: `None`, booleans, numbers, strings, arrays and tensors in lists, tuples
            and dictionaries.

    Raises:
        TypeError: If it holds anything else.
    """
    arrays: list[Any] = []
    return EncodedState(_encode(state, arrays), arrays)


def write(path: Path, encoded: EncodedState) -> None:
    """Writes a state to a file, whole or not at all, and waits until it is on disk.

    The file is an uncompressed .npz archive, which `numpy.load` opens; each of its
    members has a checksum.

    Args:
        path: Where to write.
        encoded: What `encode` returned.

    Raises:
        OSError: If it cannot be written; what was there before is unchanged.
    """
    with replacing(path) as temporary, open(temporary, "wb") as file:
        with zipfile.ZipFile(file, "w") as archive:
            header = {"format": FORMAT, "state": encoded.structure}
            archive.writestr(_STATE, json.dumps(header))
            for index, array in enumerate(encoded.arrays):
                with archive.open(f"{index}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(
                        member, _plain(np.asarray(array)), allow_pickle=False
                    )
        file.flush()
        os.fsync(file.fileno())
    _sync_directory(path.parent)


def read(path: Path) -> Any:
    """Reads a state.

    Args:
        path: A file that `write` has written.

    Raises:
        DamagedError: If it is not as it was written.
        ResumeError: If its format is newer than what is known here.
        OSError: If it cannot be opened.
    """
    with open(path, "rb") as file:
        return read_from(file, path)


def read_from(file: BinaryIO, path: Path) -> Any:
    """Reads a state from an open file; otherwise as `read`.

    Args:
        file: The file.
        path: What to call it in errors.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            header = json.loads(archive.read(_STATE))
            _check_format(path, header["format"])
            return _decode(header["state"], archive)
    except ResumeError:
        raise
    # A damaged archive can make all kinds of errors.
    except Exception as error:
        raise DamagedError(
            f"'{path}' must be a checkpoint as it was written. Received: one that "
            f"is damaged ({error})."
        ) from error


def _check_format(path: Path, number: int) -> None:
    if number > FORMAT:
        raise ResumeError(
            f"'{path}' must have format {FORMAT} or an older one. Received: format "
            f"{number}. Resume with the version of keras_mlp that wrote it, or a newer "
            "one."
        )


def _encode(value: Any, arrays: list[Any]) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, list):
        return [_encode(part, arrays) for part in value]
    if isinstance(value, tuple):
        return {"tuple": [_encode(part, arrays) for part in value]}
    if isinstance(value, dict):
        pairs = value.items()
        return {"dict": [[_encode(part, arrays) for part in pair] for pair in pairs]}
    if isinstance(value, keras.Variable):
        value = tf.convert_to_tensor(value.value)
    if isinstance(value, (np.ndarray, np.generic, tf.Tensor)):
        dtype = tf.as_dtype(value.dtype)
        if dtype in (tf.string, tf.resource, tf.variant):
            raise TypeError(f"An array must hold numbers. Received: {value!r}.")
        kind = "scalar" if isinstance(value, np.generic) else "array"
        arrays.append(value)
        return {kind: len(arrays) - 1, "dtype": dtype.name}
    raise TypeError(
        "A state must be made of None, booleans, numbers, strings, arrays, lists, "
        f"tuples and dictionaries. Received: {value!r} (of type {type(value)})."
    )


def _decode(value: Any, archive: zipfile.ZipFile) -> Any:
    if isinstance(value, list):
        return [_decode(part, archive) for part in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_decode(part, archive) for part in value["tuple"])
    if "dict" in value:
        return {
            _decode(key, archive): _decode(part, archive) for key, part in value["dict"]
        }
    kind = "scalar" if "scalar" in value else "array"
    # The whole member first: its checksum is compared at its end.
    member = io.BytesIO(archive.read(f"{value[kind]}.npy"))
    array = np.lib.format.read_array(member, allow_pickle=False)
    array = array.view(tf.as_dtype(value["dtype"]).as_numpy_dtype)
    return array[()] if kind == "scalar" else array


def _plain(array: np.ndarray) -> np.ndarray:
    """Returns the bits of bfloat16 and its like, which NumPy's files do not know."""
    if array.dtype.isbuiltin == 1:
        return array
    return array.view(f"uint{8 * array.dtype.itemsize}")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
