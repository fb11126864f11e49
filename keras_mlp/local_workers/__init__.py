"""Several workers on this machine, started by one command."""

from keras_mlp.local_workers.cluster import tf_configs
from keras_mlp.local_workers.run import run
from keras_mlp.local_workers.worker_failed_error import WorkerFailedError

__all__ = ["WorkerFailedError", "run", "tf_configs"]
