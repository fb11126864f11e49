"""Multilayer perceptron components for Keras 3 on TensorFlow.

```python
import keras_mlp

print(keras_mlp.__version__)
```
"""

import importlib as _importlib
import warnings as _warnings
from typing import TYPE_CHECKING
from typing import Any as _Any

from keras_mlp import process as _command_process
from keras_mlp.version import __version__

if TYPE_CHECKING:
    from keras_mlp import (
        builders,
        callbacks,
        data,
        export,
        layers,
        losses,
        metrics,
        models,
        optimizers,
        recipes,
        report,
        resuming,
        training,
    )
    from keras_mlp.models import Model, Sequential
    from keras_mlp.stock import to_keras

__all__ = [
    "Model",
    "Sequential",
    "__version__",
    "builders",
    "callbacks",
    "data",
    "export",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "recipes",
    "report",
    "resuming",
    "to_keras",
    "training",
]

# Where the names are that are no modules of this folder.
_PLACES = {
    "Model": "keras_mlp.models",
    "Sequential": "keras_mlp.models",
    "to_keras": "keras_mlp.stock",
}

if _command_process.IS_COMMAND:
    # It answers many questions without Keras, which takes seconds to import.
    _command_process.begin()
else:
    _importlib.import_module("keras_mlp.registered")


def __getattr__(name: str) -> _Any:
    if name == "initializers":
        _warnings.warn(
            "`keras_mlp.initializers` is now `keras_mlp.layers.initializers`.",
            DeprecationWarning,
            stacklevel=2,
        )
        return _importlib.import_module("keras_mlp.layers.initializers")
    if name in _PLACES:
        return getattr(_importlib.import_module(_PLACES[name]), name)
    # `sklearn` is an extra: without scikit-learn, only those who ask for it hear that
    # it is missing.
    if name in __all__ or name == "sklearn":
        return _importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name[:2] == "__")})
