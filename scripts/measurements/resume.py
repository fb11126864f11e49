"""Measures what `callbacks.ExactResume` costs, and how long resuming takes.

    python scripts/measurements/resume.py [--rounds N] [--dataset NAME]

Epochs with the callback, told to save every 10 seconds, and epochs without it are
timed in turn, so that whatever else the machine does strikes both alike. Epochs that
take less than 10 seconds seldom see a save, so a save is also timed by itself. It
prints a line for each network; docs/guides/resuming.md sums up runs.
"""

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

import keras_mlp
from keras_mlp.callbacks import ExactResume
from keras_mlp.resuming import Checkpoints, RunState

EVERY_SECONDS = 10.0


class EpochTimer(keras.callbacks.Callback):
    """Measures the seconds that each epoch takes."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begins to count."""
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Notes the seconds."""
        self.seconds.append(time.perf_counter() - self._begin)


@contextlib.contextmanager
def timed(owner: type, name: str) -> Iterator[list[float]]:
    """Yields a list, which gets the seconds that each call of a method takes.

    Args:
        owner: The class that has the method.
        name: Its name.
    """
    method, seconds = getattr(owner, name), []

    def timing(*args: Any, **kwargs: Any) -> Any:
        begin = time.perf_counter()
        result = method(*args, **kwargs)
        seconds.append(time.perf_counter() - begin)
        return result

    setattr(owner, name, timing)
    try:
        yield seconds
    finally:
        setattr(owner, name, method)


def model_of(units: list[int]) -> keras.Model:
    """Returns a classifier of images, built and compiled with Adam."""
    model = keras_mlp.models.MLPClassifier(10, units, seed=0)
    model.build((None, 784))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


def measure(name: str, units: list[int], arguments: argparse.Namespace) -> None:
    """Prints a line of the table.

    Args:
        name: What the line is of.
        units: Width of each hidden layer.
        arguments: Those of the command line.
    """
    data = keras_mlp.data.load(arguments.dataset, "train", batch_size=128, seed=0)
    model = model_of(units)

    def epoch_seconds(*callbacks: keras.callbacks.Callback) -> float:
        timer = EpochTimer()
        # The first epoch begins with what is made once.
        model.fit(data, epochs=3, callbacks=[timer, *callbacks], verbose=0)
        return min(timer.seconds[1:])

    ratios, seconds = [], []
    for number in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as directory:
            resume = ExactResume(directory, every_seconds=EVERY_SECONDS)
            # Which one comes first changes from round to round.
            if number % 2:
                with_it, without = epoch_seconds(resume), epoch_seconds()
            else:
                without, with_it = epoch_seconds(), epoch_seconds(resume)
        ratios.append(with_it / without)
        seconds.append(without)
    with tempfile.TemporaryDirectory() as directory:
        saving = ExactResume(directory, every_steps=1)
        with timed(Checkpoints, "save") as saves:
            model.fit(data, epochs=1, callbacks=[saving], verbose=0)
        size = max(path.stat().st_size for path in Path(directory).iterdir())
        save = statistics.median(saves)
        begin = time.perf_counter()
        with timed(RunState, "put_back") as restores:
            model_of(units).fit(
                data, epochs=2, callbacks=[ExactResume(directory)], verbose=0
            )
        resumed = time.perf_counter() - begin
    ratio = statistics.median(ratios)
    print(
        f"{name}: epoch {statistics.median(seconds):.2f} s, with/without "
        f"{ratio:.3f} ({min(ratios):.3f} to {max(ratios):.3f}); a save of "
        f"{size / 2**20:.1f} MiB takes {1000 * save:.0f} ms "
        f"({1000 * min(saves):.0f} to {1000 * max(saves):.0f}), "
        f"{save / EVERY_SECONDS:.2%} of {EVERY_SECONDS:.0f} s; restoring "
        f"{sum(restores):.2f} s, in a `fit` of one epoch of {resumed:.1f} s",
        flush=True,
    )


def main() -> None:
    """Measures the networks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--dataset", default="mnist")
    arguments = parser.parse_args()
    measure("784-256-128-10", [256, 128], arguments)
    measure("784-4x1024-10", [1024] * 4, arguments)


if __name__ == "__main__":
    main()
