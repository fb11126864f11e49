"""The package runs on Keras' TensorFlow backend, and says so."""

import os
import re

from keras_mlp.command_process import IS_COMMAND
from keras_mlp.standard_error import filtered_standard_error

_REMEDY = (
    'Set the environment variable KERAS_BACKEND="tensorflow" before Keras is '
    'imported, or write {"backend": "tensorflow"} to ~/.keras/keras.json.'
)

# The notes that TensorFlow writes to standard error while it is imported.
# TF_CPP_MIN_LOG_LEVEL does not reach them: they come before TensorFlow's logging is
# set up. TensorFlow 2.19 calls some of them errors.
_START_UP_NOTES = re.compile(
    "WARNING: All log messages before absl::InitializeLog"
    "|I0000 "
    "|To enable the following instructions:"
    r"|E0000 .*\] Unable to register cu(FFT|DNN|BLAS) factory"
    r"|W0000 .*\] computation placer already registered"
)


def require_tensorflow() -> None:
    """Imports Keras and checks its backend.

    Raises:
        ImportError: If Keras is set to another backend than TensorFlow.
    """
    try:
        if IS_COMMAND:
            _import_quietly()
        import keras
    except ImportError as error:
        # With a backend chosen that is not installed, the import of Keras fails.
        chosen = os.environ.get("KERAS_BACKEND", "of ~/.keras/keras.json")
        raise ImportError(_message(f"{chosen} ({error})")) from error
    chosen = keras.config.backend()
    if chosen != "tensorflow":
        raise ImportError(_message(chosen))


def _message(chosen: str) -> str:
    return (
        "keras_mlp needs the TensorFlow backend of Keras. "
        f"Received: backend={chosen}. {_REMEDY}"
    )


def _import_quietly() -> None:
    """Imports Keras without TensorFlow's notes, so that a command's errors show.

    Whatever else appears on standard error meanwhile is passed on. Only the
    command does this: a library must not touch the standard error of a program
    that imports it.
    """
    # The same kind of note, written later, when the devices are first asked for.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with filtered_standard_error(lambda line: not _START_UP_NOTES.match(line)):
        import keras  # noqa: F401
