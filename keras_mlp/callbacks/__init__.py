"""Callbacks: runs that resume exactly, and the losses of single batches."""

from keras_mlp.callbacks.errors import DirectoryInUseError, ResumeError
from keras_mlp.callbacks.exact_resume import ExactResume
from keras_mlp.callbacks.step_losses import StepLosses

__all__ = ["DirectoryInUseError", "ExactResume", "ResumeError", "StepLosses"]
