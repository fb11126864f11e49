"""What must be installed: Keras' TensorFlow backend, and the packages of extras."""

import importlib.util
import os
import re

from keras_mlp.commands.standard_error import filtered_standard_error
from keras_mlp.process import IS_COMMAND

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


def require_extra(what: str, *packages: str, extra: str = "export") -> None:
    """Raises if a package of an extra is not installed.

    Args:
        what: What needs the packages, to begin the message with.
        *packages: Names to import.
        extra: The extra that they come with. Defaults to `"export"`.

    Raises:
        ImportError: If one is missing; the message says how to install it.

    Example:

    ```python
    from keras_mlp.requirements import require_extra

    require_extra("Export to ONNX", "onnx", "tf2onnx")
    ```
    """
    missing = [name for name in packages if not _is_installed(name)]
    if missing:
        raise ImportError(
            f"{what} needs {' and '.join(missing)}: pip install 'keras-mlp[{extra}]'"
        )


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:
        # `sys.modules[name]` is None: the import is forbidden.
        return False
