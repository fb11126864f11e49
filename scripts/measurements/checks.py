"""Measures what `compile(check_inputs=True)` costs.

    python scripts/measurements/checks.py [--rounds N] [--epochs N]

The same network, 784-256-128-10 with batches of 128, is trained on the complete
Fashion-MNIST with the checks and without them, in turn, so that whatever else the
machine does strikes both alike: on what `data.load` returns, on arrays, on a data set
of the caller's own, and step by step, as where a callback looks at each batch.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import keras_mlp

BATCH_SIZE = 128


def main() -> None:
    """Prints the times of an epoch and their ratios.

    Of whole calls the least of all rounds says most where other work disturbs them.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="Defaults to 10.")
    parser.add_argument(
        "--epochs", type=int, default=3, help="Of one call of `fit`. Defaults to 3."
    )
    arguments = parser.parse_args()
    print("| data | without | with checks | ratio | median ratio of a round |")
    print("| --- | --- | --- | --- | --- |")
    for name, fit in ways(arguments.epochs).items():
        without, with_checks = seconds_of(fit, arguments.rounds)
        ratios = [b / a for a, b in zip(without, with_checks, strict=True)]
        first, second = (
            min(times) / arguments.epochs for times in (without, with_checks)
        )
        print(
            f"| {name} | {first:.3f} s | {second:.3f} s | {second / first:.3f} | "
            f"{statistics.median(ratios):.3f} "
            f"({min(ratios):.3f} to {max(ratios):.3f}) |",
            flush=True,
        )


def ways(epochs: int) -> dict[str, Callable[[keras.Model], Any]]:
    """Returns what trains a model, by the name of the data.

    Args:
        epochs: Number of epochs in one call.
    """
    loaded = keras_mlp.data.load(
        "fashion_mnist", "train", batch_size=BATCH_SIZE, seed=0
    )
    batches = list(loaded.as_numpy_iterator())
    x, y = (np.concatenate(part) for part in zip(*batches, strict=True))
    own = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH_SIZE).prefetch(8)
    each = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)

    def fit(x: Any, y: Any = None, **options: Any) -> Callable[[keras.Model], Any]:
        return lambda model: model.fit(x, y, epochs=epochs, verbose=0, **options)

    return {
        "`data.load`": fit(loaded),
        "arrays": fit(x, y, batch_size=BATCH_SIZE),
        "own data set": fit(own),
        "own data set, step by step": fit(own, callbacks=[each]),
    }


def seconds_of(
    fit: Callable[[keras.Model], Any], rounds: int
) -> tuple[list[float], list[float]]:
    """Returns the times without and with checks, of each round.

    Args:
        fit: Trains a model.
        rounds: Number of rounds.
    """
    models = [compiled(check_inputs) for check_inputs in (False, True)]
    for model in models:
        # The first time traces and compiles.
        fit(model)
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        # Who goes first finds the cache as the other left it.
        for place in (0, 1) if turn % 2 else (1, 0):
            begin = time.perf_counter()
            fit(models[place])
            seconds[place].append(time.perf_counter() - begin)
    return seconds


def compiled(check_inputs: bool) -> keras.Model:
    """Returns the network to train.

    Args:
        check_inputs: As for `compile`.
    """
    model = keras_mlp.models.MLPClassifier(10, [256, 128], seed=0)
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        check_inputs=check_inputs,
    )
    return model


if __name__ == "__main__":
    main()
