"""Multilayer perceptron components for Keras 3 on TensorFlow."""

from keras_mlp import backend as _backend

# Before anything that uses Keras is imported.
_backend.require_tensorflow()

from keras_mlp import (  # noqa: E402
    builders,
    data,
    export,
    layers,
    models,
    optimizers,
    recipes,
    training,
)
from keras_mlp.models import Model, Sequential  # noqa: E402
from keras_mlp.version import __version__  # noqa: E402

__all__ = [
    "Model",
    "Sequential",
    "__version__",
    "builders",
    "data",
    "export",
    "layers",
    "models",
    "optimizers",
    "recipes",
    "training",
]
