"""Callbacks: exact resuming, the best weights, the losses of single batches."""

from keras_mlp.callbacks.best_weights import BestWeights
from keras_mlp.callbacks.exact_resume import ExactResume
from keras_mlp.callbacks.step_losses import StepLosses
from keras_mlp.resuming import DirectoryInUseError, ResumeError

__all__ = [
    "BestWeights",
    "DirectoryInUseError",
    "ExactResume",
    "ResumeError",
    "StepLosses",
]
