"""Stock Keras: `fit` and `predict` of a Sequential model of `Dense` layers."""

import time
from typing import Any

import keras

from benchmarking import examples
from benchmarking.contestants import keras_fit, keras_predict
from benchmarking.turns import Turns
from benchmarking.workload import Workload

# What `best_setting` tries.
STEPS_PER_EXECUTION = (1, 16, 64)


def fit_arrays(workload: Workload, turns: Turns) -> None:
    """Trains on NumPy arrays."""
    x, y = examples.arrays(workload)
    keras_fit.fit(_model(workload), turns, x, y, batch_size=workload.batch_size)


def fit_dataset(workload: Workload, turns: Turns) -> None:
    """Trains on a `tf.data` pipeline."""
    keras_fit.fit(_model(workload), turns, keras_fit.dataset(workload))


def fit_best_setting(workload: Workload, turns: Turns) -> None:
    """Trains with what is fastest of a small grid, tried once."""
    x, y = examples.arrays(workload)
    batches = len(workload.batches())
    seconds = {
        (steps, jit_compile, "arrays"): _second_epoch(
            _model(workload, steps_per_execution=steps, jit_compile=jit_compile),
            x,
            y,
            batch_size=workload.batch_size,
        )
        for steps in STEPS_PER_EXECUTION
        if steps <= batches
        for jit_compile in (False, True)
    }
    steps, jit_compile, _ = min(seconds, key=seconds.__getitem__)
    options = {"steps_per_execution": steps, "jit_compile": jit_compile}
    seconds[steps, jit_compile, "tf.data"] = _second_epoch(
        _model(workload, **options), keras_fit.dataset(workload)
    )
    best = min(seconds, key=seconds.__getitem__)
    turns.note = (
        f"steps_per_execution={steps}, jit_compile={jit_compile}, {best[2]}; seconds "
        "of an epoch of each: "
        + "; ".join(f"{key} {value:.3f}" for key, value in seconds.items())
    )
    model = _model(workload, **options)
    if best[2] == "arrays":
        keras_fit.fit(model, turns, x, y, batch_size=workload.batch_size)
    else:
        keras_fit.fit(model, turns, keras_fit.dataset(workload))


def predict(workload: Workload, turns: Turns) -> None:
    """Predicts, all examples at once or one at a time."""
    keras_predict.predict(_model(workload), workload, turns)


def call(workload: Workload, turns: Turns) -> None:
    """Calls the model for one example at a time."""
    keras_predict.call(_model(workload), workload, turns)


def network(workload: Workload) -> keras.Model:
    """Returns the network, not compiled."""
    return keras.Sequential(
        [
            keras.Input((workload.widths[0],)),
            *(keras.layers.Dense(w, activation="relu") for w in workload.widths[1:-1]),
            keras.layers.Dense(workload.widths[-1]),
        ]
    )


def _model(workload: Workload, **options: Any) -> keras.Model:
    model = network(workload)
    keras_fit.compile_model(model, workload, **options)
    return model


class _EpochTimes(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.times.append(time.perf_counter())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.times[-1] = time.perf_counter() - self.times[-1]


def _second_epoch(model: keras.Model, *data: Any, **options: Any) -> float:
    times = _EpochTimes()
    model.fit(*data, epochs=2, shuffle=False, verbose=0, callbacks=[times], **options)
    return times.times[1]
