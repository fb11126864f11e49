"""Schedules of learning rates, and of other rates, over a training."""

from keras_mlp.optimizers.schedules.cosine_log import CosineLog
from keras_mlp.optimizers.schedules.flat_cosine import FlatCosine
from keras_mlp.optimizers.schedules.training_schedule import TrainingSchedule

__all__ = ["CosineLog", "FlatCosine", "TrainingSchedule"]
