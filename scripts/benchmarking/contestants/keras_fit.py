"""Training by `fit`, an epoch for each turn."""

from typing import Any

import keras

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
    """Trains in a single call of `fit` for as long as there are turns.

    Args:
        model: A compiled model.
        turns: Who says when an epoch is due.
        x: As for `model.fit`.
        y: As for `model.fit`.
        **options: As for `model.fit`.
    """
    try:
        model.fit(
            x,
            y,
            epochs=MANY_EPOCHS,
            shuffle=False,
            verbose=0,
            callbacks=[_EpochTurns(turns)],
            **options,
        )
    except _NoMoreTurns:
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
