"""Optimizers: rules that turn gradients into updates."""

from keras_mlp.optimizers.gradient_descent import GradientDescent

__all__ = ["GradientDescent"]
