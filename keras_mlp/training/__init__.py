"""Training: the step that every model of the package takes, and the loop of steps."""

from keras_mlp.metrics import BatchLoss
from keras_mlp.training.distributing.cluster import cluster_resolver
from keras_mlp.training.distributing.worker_errors import (
    WorkerStoppedError,
    reporting_stopped_workers,
)
from keras_mlp.training.distributing.worker_group import WorkerGroup
from keras_mlp.training.distributing.workers import (
    is_chief,
    is_multi_worker,
    own_callbacks,
)
from keras_mlp.training.errors import DivergedError, InputError
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.tape_trainer import TapeTrainer

__all__ = [
    "BatchLoss",
    "DivergedError",
    "InputError",
    "Plan",
    "TapeTrainer",
    "WorkerGroup",
    "WorkerStoppedError",
    "cluster_resolver",
    "is_chief",
    "is_multi_worker",
    "own_callbacks",
    "reporting_stopped_workers",
]
