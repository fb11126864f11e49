"""Training: the step that every model of the package takes, and the loop of steps."""

from keras_mlp.metrics import BatchLoss
from keras_mlp.training.cluster import cluster_resolver
from keras_mlp.training.compiled_loop import CompiledLoop
from keras_mlp.training.compiled_prediction import CompiledPrediction
from keras_mlp.training.errors import DivergedError, InputError
from keras_mlp.training.feed import Feed
from keras_mlp.training.group_callbacks import GroupCallbacks
from keras_mlp.training.joined_loop import JoinedLoop
from keras_mlp.training.loop_trainer import LoopTrainer
from keras_mlp.training.resumable_trainer import ResumableTrainer
from keras_mlp.training.tape_trainer import TapeTrainer
from keras_mlp.training.worker_errors import (
    WorkerStoppedError,
    reporting_stopped_workers,
)
from keras_mlp.training.worker_group import WorkerGroup
from keras_mlp.training.workers import is_chief, is_multi_worker, own_callbacks

__all__ = [
    "BatchLoss",
    "CompiledLoop",
    "CompiledPrediction",
    "DivergedError",
    "Feed",
    "GroupCallbacks",
    "InputError",
    "JoinedLoop",
    "LoopTrainer",
    "ResumableTrainer",
    "TapeTrainer",
    "WorkerGroup",
    "WorkerStoppedError",
    "cluster_resolver",
    "is_chief",
    "is_multi_worker",
    "own_callbacks",
    "reporting_stopped_workers",
]
