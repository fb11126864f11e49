"""Loading models from files that may be damaged or come from strangers."""

import contextlib
import io
import json
import math
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import keras
import tensorflow as tf

from keras_mlp.keras_internals import (
    ObjectSharingScope,
    forget_uninitialized_variables,
)
from keras_mlp.messages import one_line

_CONFIG = "config.json"
_METADATA = "metadata.json"
_WEIGHTS = "model.weights.h5"

# What a network may have beside the weights in its file.
_SLACK_BYTES = 2**20


class ModelFileError(ValueError):
    """A file is not a whole model that Keras has saved, or not one to be trusted.

    Example:

    ```python
    import pathlib
    import keras_mlp

    pathlib.Path("broken.keras").write_text("no model")
    try:
        keras_mlp.models.load_model("broken.keras")
    except keras_mlp.models.ModelFileError as error:
        assert "broken.keras" in str(error)
    ```
    """


def load_model(path: str | os.PathLike[str], compile: bool = True) -> keras.Model:
    """Loads a `.keras` file, as `keras.saving.load_model` does, but trusts it less.

    Keras' safe mode stays on: no code in the file is run. Beyond what Keras checks:

    - Whatever is wrong with a file is one kind of error, which names it. The checksum
      of each part is compared before anything is made of it.
    - The archive holds what Keras writes and nothing else, uncompressed, as Keras
      writes it; likewise its HDF5 file. So it cannot take more memory than it has
      bytes.
    - The network may not have more weights than the file, so that a few words of its
      configuration cannot ask for all the memory there is. This is found out before
      any is taken.

    Args:
        path: The file.
        compile: Whether the optimizer, the loss and the metrics are loaded too.
            Defaults to `True`.

    Returns:
        The model.

    Raises:
        FileNotFoundError: If there is no such file.
        ModelFileError: If it cannot be loaded or is refused. A `ValueError`.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.Sequential([keras.Input((4,)), keras_mlp.layers.Dense(2)])
    model.save("small.keras")
    assert keras_mlp.models.load_model("small.keras").count_params() == 10
    ```
    """
    path = Path(path)
    remedy = "Save the model again, or get the file again from where it came."
    newer = ""
    try:
        if not path.exists():
            raise FileNotFoundError(
                f"`path` must be a model that Keras has saved. Received: '{path}', "
                "which does not exist. Check the name."
            )
        with _archive(path) as archive:
            parts = _checked_parts(archive)
            newer = _newer_version(parts.get(_METADATA, b"{}"))
            stored = _stored_bytes(parts[_WEIGHTS])
            _check_size(json.loads(parts[_CONFIG]), stored)
            del parts
        return keras.saving.load_model(path, compile=compile, safe_mode=True)
    except FileNotFoundError:
        raise
    # Damaged and hostile files lead to errors of every kind, down to `RecursionError`.
    except Exception as error:
        raise ModelFileError(
            f"'{path}' must be a model that Keras has saved. Received: a file that "
            f"cannot be loaded ({_reason(error)}). {newer or remedy}"
        ) from error


def _reason(error: Exception) -> str:
    # Where weights do not fit, Keras counts them before it says why.
    count, _, rest = str(error).partition("\n\n")
    return one_line(rest if "could not be loaded" in count else error)


@contextlib.contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    if not path.is_file():
        raise ModelFileError("it is no file")
    if path.suffix != ".keras":
        # Keras would take it for another of its formats.
        raise ModelFileError("its name does not end with '.keras'")
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ModelFileError("it is no zip archive, or one without its end") from error
    with archive:
        yield archive


def _checked_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Returns what the archive holds, its checksums compared."""
    members = archive.infolist()
    names = [member.filename for member in members]
    for member in members:
        name = member.filename
        parts = name.split("/")
        if name not in (_CONFIG, _METADATA, _WEIGHTS) and (
            parts[0] != "assets" or ".." in parts or "\\" in name
        ):
            raise ModelFileError(f"it holds '{name}', which Keras does not write")
        if member.compress_type != zipfile.ZIP_STORED or (
            member.file_size != member.compress_size
        ):
            raise ModelFileError(f"its '{name}' is compressed, which Keras does not do")
        if names.count(name) > 1:
            raise ModelFileError(f"it holds '{name}' twice")
    for name in (_CONFIG, _WEIGHTS):
        if name not in names:
            raise ModelFileError(f"it holds no '{name}'")
    # Members that overlap could still add up to more than there is.
    total = sum(member.file_size for member in members)
    if archive.fp is None or total > os.fstat(archive.fp.fileno()).st_size:
        raise ModelFileError("its parts are larger than the file")
    # Reading a member to its end compares its checksum.
    return {name: archive.read(name) for name in names}


def _stored_bytes(weights: bytes) -> int:
    """Returns how much the arrays of an HDF5 file hold, each of them checked."""
    stored = 0
    seen = set()
    with h5py.File(io.BytesIO(weights), "r") as file:
        groups: list[h5py.Group] = [file]
        while groups:
            group = groups.pop()
            for name in group:
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise ModelFileError(f"its weights hold a link, '{name}'")
                child = group[name]
                address = h5py.h5o.get_info(child.id).addr
                if address in seen:
                    continue
                seen.add(address)
                if isinstance(child, h5py.Group):
                    groups.append(child)
                    continue
                stored += _checked_size(name, child)
    if stored > len(weights):
        raise ModelFileError("its weights are larger than the file")
    return stored


def _checked_size(name: str, dataset: Any) -> int:
    if not isinstance(dataset, h5py.Dataset):
        raise ModelFileError(f"its weights hold '{name}', which is no array")
    if dataset.dtype.kind not in "biufcV":
        raise ModelFileError(f"its weights hold '{name}', which is not of numbers")
    if dataset.external or dataset.is_virtual:
        raise ModelFileError(f"its weights hold '{name}', which lies in another file")
    size = math.prod(dataset.shape or (0,)) * dataset.dtype.itemsize
    if size > dataset.id.get_storage_size():
        raise ModelFileError(
            f"its weights hold '{name}', which claims {size:,} bytes and has "
            f"{dataset.id.get_storage_size():,}"
        )
    return size


def _check_size(config: dict[str, Any], stored: int) -> None:
    """Raises if the network would have more weights than its file."""
    if not isinstance(config, dict):
        raise ModelFileError("its configuration is not that of a model")
    try:
        # Here variables have shapes and no values.
        with keras.StatelessScope(initialize_variables=False), ObjectSharingScope():
            model = keras.saving.deserialize_keras_object(
                {**config, "compile_config": None}, safe_mode=True
            )
    finally:
        forget_uninitialized_variables()
    if not isinstance(model, keras.Model):
        raise ModelFileError("its configuration is not that of a model")
    needed = sum(
        math.prod(variable.shape) * tf.as_dtype(variable.dtype).size
        for variable in model.variables
    )
    if needed > stored + _SLACK_BYTES:
        raise ModelFileError(
            f"its network needs {needed:,} bytes of weights, and it holds {stored:,}"
        )


def _newer_version(metadata: bytes) -> str:
    """Returns what to do where a later Keras has saved the file."""
    saved = json.loads(metadata).get("keras_version", "")
    if _numbers(saved) <= _numbers(keras.__version__):
        return ""
    return (
        f"Keras {one_line(saved)} has saved it, and this is {keras.__version__}: "
        "install that version."
    )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]
