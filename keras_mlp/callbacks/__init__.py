"""Callbacks: runs that resume exactly."""

from keras_mlp.callbacks.errors import DirectoryInUseError, ResumeError
from keras_mlp.callbacks.exact_resume import ExactResume

__all__ = ["DirectoryInUseError", "ExactResume", "ResumeError"]
