"""Layers: components for any Keras model."""

from keras_mlp.layers.dense import Dense
from keras_mlp.layers.dense_stack import dense_stack

__all__ = ["Dense", "dense_stack"]
