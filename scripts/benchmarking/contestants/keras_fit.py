"""Training by `fit`: a call for each turn, or an epoch of a long call."""

import contextlib
from typing import Any

import keras
import tensorflow as tf

from benchmarking import examples
from benchmarking.turns import Turns
from benchmarking.workload import LEARNING_RATE, Workload

# Never reached. It makes `fit` expect as many steps as a whole training has, however
# few examples an epoch has here.
MANY_EPOCHS = 1000


class _NoMoreTurns(Exception):  # noqa: N818 - an end, not an error.
    pass


class _EpochTurns(keras.callbacks.Callback):
    """Waits for a turn before each epoch; batches are of no concern to it."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if not self._turns.begin():
            raise _NoMoreTurns

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._turns.end()


def fit(
    model: keras.Model, turns: Turns, x: Any, y: Any = None, **options: Any
) -> None:
    """Trains for as long as there are turns.

    Args:
        model: A compiled model.
        turns: Who says when an epoch is due.
        x: As for `model.fit`.
        y: As for `model.fit`.
        **options: As for `model.fit`.
    """
    options |= {"shuffle": False, "verbose": 0}
    if turns.epochs is None:
        callbacks = [_EpochTurns(turns)]
        with contextlib.suppress(_NoMoreTurns):
            model.fit(x, y, epochs=MANY_EPOCHS, callbacks=callbacks, **options)
    else:
        while turns.begin():
            model.fit(x, y, epochs=turns.epochs, **options)
            turns.end(turns.epochs)
    keras.utils.clear_session()


def compile_model(model: keras.Model, workload: Workload, **options: Any) -> None:
    """Compiles a model with loss and optimizer of the workload.

    Args:
        model: The model.
        workload: What it is for.
        **options: As for `model.compile`.
    """
    model.compile(
        optimizer=keras.optimizers.SGD(LEARNING_RATE),
        loss=(
            "mean_squared_error"
            if workload.squared_error
            else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        ),
        **options,
    )


def dataset(workload: Workload) -> tf.data.Dataset:
    """Returns a `tf.data` pipeline of batches of floats, as a user would write it."""
    pipeline = tf.data.Dataset.from_tensor_slices(examples.arrays(workload))
    return pipeline.batch(workload.batch_size).prefetch(tf.data.AUTOTUNE)
