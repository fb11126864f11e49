"""Layers: components for any Keras model."""

from keras_mlp.layers.dense import Dense

__all__ = ["Dense"]
