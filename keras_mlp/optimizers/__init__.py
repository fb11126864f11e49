"""Optimizers: rules that turn gradients into updates."""

from keras_mlp.optimizers import schedules
from keras_mlp.optimizers.gradient_descent import GradientDescent
from keras_mlp.optimizers.parameter_groups import ParameterGroups

__all__ = ["GradientDescent", "ParameterGroups", "schedules"]
