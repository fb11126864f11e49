"""How our models are saved and loaded: their files appear whole or not at all."""

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.files import check_room, replacing
from keras_mlp.messages import one_line
from keras_mlp.models.saving.load_model import ModelFileError
from keras_mlp.models.saving.stored_weights import difference, has_as_many
from keras_mlp.training import TapeTrainer

_BYTES_AROUND = 4096


# Methods of more than one class: `self` is what help() shows of them there. Past
# `TapeTrainer` come those of the classes of Keras.


def save(
    self: keras.Model,
    filepath: str | os.PathLike[str],
    overwrite: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Saves the model, as `keras.Model.save` does, but in one step.

    Stock Keras opens the target and writes into it: where the disk is full or the
    program is stopped, the model that was there before is lost. Here it stays, also
    when `keras.callbacks.ModelCheckpoint` writes.

    Args:
        filepath: Where to write.
        overwrite: Whether a file that is there is replaced without a question.
        zipped: As for `keras.Model.save`.
        **kwargs: As for `keras.Model.save`.

    Raises:
        OSError: If it cannot be written; what was there before is unchanged.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.Sequential([keras.Input((4,)), keras_mlp.layers.Dense(2)])
    model.save("whole.keras")
    ```
    """
    with _in_one_step(self, filepath, ".keras", overwrite) as path:
        super(TapeTrainer, self).save(
            path, overwrite=overwrite, zipped=zipped, **kwargs
        )


def save_weights(
    self: keras.Model,
    filepath: str | os.PathLike[str],
    overwrite: bool = True,
    max_shard_size: float | None = None,
) -> None:
    """Saves the weights, as `keras.Model.save_weights` does, but in one step.

    Args:
        filepath: Where to write.
        overwrite: Whether a file that is there is replaced without a question.
        max_shard_size: Size of each of several files, in GB. With it, Keras
            writes them as usual. Defaults to `None`, one file.

    Raises:
        OSError: If it cannot be written; what was there before is unchanged.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.Sequential([keras.Input((4,)), keras_mlp.layers.Dense(2)])
    model.save_weights("whole.weights.h5")
    ```
    """
    suffix = ".weights.h5" if max_shard_size is None else None
    with _in_one_step(self, filepath, suffix, overwrite) as path:
        super(TapeTrainer, self).save_weights(
            path, overwrite=overwrite, max_shard_size=max_shard_size
        )


def load_weights(
    self: keras.Model,
    filepath: str | os.PathLike[str],
    skip_mismatch: bool = False,
    **kwargs: Any,
) -> None:
    """Loads weights, as `keras.Model.load_weights` does, and all of them.

    Stock Keras passes over weights for which the model has no place: what a model that
    standardises its inputs has learnt then gives wrong answers in one that does not.

    Args:
        filepath: What `save_weights` or `save` has written.
        skip_mismatch: Whether what does not fit is left out, as in Keras, whether it
            is of the model or of the file. Defaults to `False`.
        **kwargs: As for `keras.Model.load_weights`.

    Raises:
        FileNotFoundError: If there is no such file.
        ModelFileError: If it is no file of weights, or a damaged one; the message
            names it. A `ValueError`.
        ValueError: If the weights are those of another network; the message names
            what the file has more and what it lacks. Where it has more, nothing is
            loaded.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.Sequential([keras.Input((4,)), keras_mlp.layers.Dense(2)])
    model.save_weights("read.weights.h5")
    model.load_weights("read.weights.h5")
    ```
    """
    try:
        compared = self.built and not skip_mismatch and _is_comparable(filepath, kwargs)
        if compared and not has_as_many(self, filepath):
            differs, has_more = difference(self, filepath)
            if has_more:
                raise ValueError(_other_network(self, filepath, differs))
        try:
            super(TapeTrainer, self).load_weights(
                filepath, skip_mismatch=skip_mismatch, **kwargs
            )
        except ValueError as error:
            differs = difference(self, filepath)[0] if compared else ""
            if not differs:
                raise
            raise ValueError(_other_network(self, filepath, differs)) from error
    except (FileNotFoundError, PermissionError, ValueError, TypeError):
        raise
    # h5py and zipfile have errors of many kinds, which name no file.
    except Exception as error:
        raise ModelFileError(
            f"'{os.fspath(filepath)}' must hold the weights of a model. Received: "
            f"a file that cannot be read as that ({one_line(error)}). Save the "
            "weights again, or get the file again from where it came."
        ) from error


def _is_comparable(filepath: Any, options: dict[str, Any]) -> bool:
    # The other formats have errors of their own, and remote files are left to Keras.
    name = str(filepath)
    return (
        name.endswith((".weights.h5", ".keras")) and "://" not in name and not options
    )


def _other_network(model: keras.Model, filepath: Any, differs: str) -> str:
    return (
        f"'{os.fspath(filepath)}' could not be loaded: it must hold the weights of the "
        f"model {model.name!r}, and those alone. Received: {differs}. Make the model "
        "with the options of the one that was saved, or pass `skip_mismatch=True` to "
        "load what fits."
    )


@contextlib.contextmanager
def _in_one_step(
    model: keras.Model, filepath: Any, suffix: str | None, overwrite: bool
) -> Iterator[str | os.PathLike[str]]:
    """Yields where to write: a temporary path where there is a file to replace."""
    if (
        suffix is None
        or not isinstance(filepath, (str, os.PathLike))
        or not str(filepath).endswith(suffix)
        # Remote, which Keras writes in one step.
        or "://" in str(filepath)
        # Keras asks first.
        or (os.path.exists(filepath) and not overwrite)
    ):
        yield filepath
        return
    # What a link points to is replaced, not the link.
    target = Path(os.path.realpath(filepath))
    if target.exists() and not target.is_file():
        yield filepath
        return
    with replacing(target, suffix=suffix) as temporary:
        check_room(temporary, _bytes(model))
        yield temporary


def _bytes(model: keras.Model) -> int:
    """Returns about how large the file of a model will be."""
    # A model that was not compiled has no optimizer.
    optimizer = getattr(model, "optimizer", None)
    variables = [*model.variables, *getattr(optimizer, "variables", ())]
    weights = sum(
        math.prod(variable.shape) * tf.as_dtype(variable.dtype).size
        for variable in variables
    )
    # What HDF5 puts around them, generously.
    return weights + _BYTES_AROUND * (len(variables) + 16)
