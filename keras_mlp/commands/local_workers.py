"""The old place of `keras_mlp.local_workers`."""

import warnings

from keras_mlp.local_workers import WorkerFailedError, run, tf_configs

__all__ = ["WorkerFailedError", "run", "tf_configs"]

warnings.warn(
    "`keras_mlp.commands.local_workers` is now `keras_mlp.local_workers`.",
    DeprecationWarning,
    stacklevel=2,
)
