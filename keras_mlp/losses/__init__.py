"""Losses: what Keras' own leave out."""

from keras_mlp.losses.sparse_categorical_crossentropy import (
    SparseCategoricalCrossentropy,
)

__all__ = ["SparseCategoricalCrossentropy"]
