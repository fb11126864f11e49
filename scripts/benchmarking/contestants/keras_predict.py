"""Prediction by Keras models."""

import time

import keras
import tensorflow as tf

from benchmarking import examples
from benchmarking.turns import Turns
from benchmarking.workload import Workload

# Single predictions in a turn.
CALLS = 50


def predict(model: keras.Model, workload: Workload, turns: Turns) -> None:
    """Takes turns at predicting all examples, or one batch many times."""
    x, _ = examples.arrays(workload)

    def predict_all() -> None:
        model.predict(x, batch_size=workload.batch_size, verbose=0)

    while turns.begin():
        if workload.task == "predict":
            predict_all()
            turns.end()
        else:
            turns.end_with(_times(predict_all))


def call(model: keras.Model, workload: Workload, turns: Turns) -> None:
    """Takes turns at calling the model for one batch many times."""
    x = tf.constant(examples.arrays(workload)[0])
    while turns.begin():
        turns.end_with(_times(lambda: model(x).numpy()))


def _times(function) -> list[float]:
    seconds = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - begin)
    return seconds
