"""Multilayer perceptron components for Keras 3 on TensorFlow.

```python
import keras_mlp

print(keras_mlp.__version__)
```
"""

import importlib as _importlib
from typing import Any as _Any

from keras_mlp import command_process as _command_process

if _command_process.IS_COMMAND:
    _command_process.begin()

from keras_mlp import backend as _backend

# Before anything that uses Keras is imported.
_backend.require_tensorflow()

from keras_mlp import (  # noqa: E402
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
    resuming,
    training,
)
from keras_mlp.models import Model, Sequential  # noqa: E402
from keras_mlp.stock import to_keras  # noqa: E402
from keras_mlp.version import __version__  # noqa: E402

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
    "resuming",
    "to_keras",
    "training",
]


def __getattr__(name: str) -> _Any:
    # An extra: without scikit-learn, only those who ask for it hear that it is missing.
    if name == "sklearn":
        return _importlib.import_module("keras_mlp.sklearn")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
