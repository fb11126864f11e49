"""Measures what `layers.MLP` costs over the same layers written out.

    python scripts/measurements/block.py [--rounds N]

Both forms train the same network on the same arrays, epochs in turn, so that whatever
else the machine does affects both. It prints a table, which is in
docs/networks/mlp-mirror.md.
"""

import argparse
import time
from collections.abc import Callable

import keras
import numpy as np

import keras_mlp

EXAMPLES, FEATURES, CLASSES = 25_600, 784, 10


def block(units: list[int]) -> list[keras.layers.Layer]:
    """Returns hidden layers and outputs as a block."""
    return [keras_mlp.layers.MLP([*units, CLASSES], activation="relu")]


def normalized_block(units: list[int]) -> list[keras.layers.Layer]:
    """Returns the same with normalization and dropout."""
    options = {"normalization": "layer", "dropout": 0.1}
    return [keras_mlp.layers.MLP([*units, CLASSES], activation="relu", **options)]


def written_out(units: list[int]) -> list[keras.layers.Layer]:
    """Returns hidden layers and outputs of stock Keras."""
    hidden = [keras.layers.Dense(width, activation="relu") for width in units]
    return [*hidden, keras.layers.Dense(CLASSES)]


def normalized_written_out(units: list[int]) -> list[keras.layers.Layer]:
    """Returns the same with normalization and dropout."""
    layers: list[keras.layers.Layer] = []
    for width in units:
        layers += [
            keras.layers.Dense(width),
            keras.layers.LayerNormalization(),
            keras.layers.Activation("relu"),
            keras.layers.Dropout(0.1),
        ]
    return [*layers, keras.layers.Dense(CLASSES)]


NETWORKS: dict[str, tuple[list[int], Callable, Callable]] = {
    "784-256-128-10": ([256, 128], block, written_out),
    "784-256-128-10, normalized, dropout": (
        [256, 128],
        normalized_block,
        normalized_written_out,
    ),
}


def main() -> None:
    """Prints a line for each network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    print("| network | block: least | written out: least | ratio |")
    print("| --- | --- | --- | --- |")
    for name, (units, *forms) in NETWORKS.items():
        # What else the machine does only adds to a time: the least is the truest.
        ours, theirs = map(min, measure(units, forms, rounds))
        print(
            f"| {name} | {ours:.3f} s | {theirs:.3f} s | {ours / theirs:.3f} |",
            flush=True,
        )


def measure(
    units: list[int], forms: list[Callable], rounds: int
) -> tuple[list[float], list[float]]:
    """Returns the seconds that four epochs of both forms take, in turn.

    Args:
        units: Widths of the hidden layers.
        forms: What makes the layers, of either form.
        rounds: Number of turns.
    """
    random = np.random.default_rng(0)
    x = random.normal(size=(EXAMPLES, FEATURES)).astype("float32")
    y = random.integers(0, CLASSES, size=EXAMPLES)
    models = []
    for form in forms:
        model = keras_mlp.Sequential([keras.Input((FEATURES,)), *form(units)])
        model.compile(
            optimizer="adam",
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        # The first epochs trace and compile.
        epochs(model, x, y)
        models.append(model)
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        # Who goes first finds the cache as the other left it.
        for place in (0, 1) if turn % 2 else (1, 0):
            seconds[place].append(epochs(models[place], x, y))
    return seconds


def epochs(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    """Returns the seconds that four epochs take."""
    begin = time.perf_counter()
    model.fit(x, y, batch_size=128, epochs=4, verbose=0)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
