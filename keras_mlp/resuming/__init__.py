"""Resuming: the state of a run, where it is kept, and how to continue from it."""

from keras_mlp.resuming.checkpoints import Checkpoints
from keras_mlp.resuming.directory_lock import DirectoryLock
from keras_mlp.resuming.errors import DirectoryInUseError, ResumeError
from keras_mlp.resuming.run_state import RunState
from keras_mlp.resuming.saving import Saving
from keras_mlp.resuming.stop_signals import TERMINATED, StopSignals

__all__ = [
    "TERMINATED",
    "Checkpoints",
    "DirectoryInUseError",
    "DirectoryLock",
    "ResumeError",
    "RunState",
    "Saving",
    "StopSignals",
]
