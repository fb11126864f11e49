"""Builders: functions that return the documented networks as Keras models."""

from keras_mlp.builders.autoencoder import Autoencoder, conv_autoencoder
from keras_mlp.builders.functional import functional_mlp
from keras_mlp.builders.sequential import sequential_conv, sequential_mlp

__all__ = [
    "Autoencoder",
    "conv_autoencoder",
    "functional_mlp",
    "sequential_conv",
    "sequential_mlp",
]
