"""Callbacks: runs that resume exactly, and the losses of single batches."""

from keras_mlp.callbacks.exact_resume import ExactResume
from keras_mlp.callbacks.step_losses import StepLosses
from keras_mlp.resuming import DirectoryInUseError, ResumeError

__all__ = ["DirectoryInUseError", "ExactResume", "ResumeError", "StepLosses"]
