"""Networks of this package as networks of stock Keras, for people without it."""

from keras_mlp.stock.to_keras import to_keras

__all__ = ["to_keras"]
