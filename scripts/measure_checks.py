"""Measures what `compile(check_inputs=True)` costs.

    python scripts/measure_checks.py [--rounds N]

The same network is trained on Fashion-MNIST with the checks and without them, epochs in
turn, so that whatever else the machine does strikes both alike.
"""

import argparse
import time

import keras

import keras_mlp

# With 469 steps in each, enough for XLA.
EPOCHS = 3


def main() -> None:
    """Prints the least times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    train = keras_mlp.data.load("fashion_mnist", "train", batch_size=128, seed=0)
    models = [compiled(check_inputs) for check_inputs in (False, True)]
    for model in models:
        # The first epochs trace and compile.
        model.fit(train, epochs=EPOCHS, verbose=0)
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        # Who goes first finds the cache as the other left it.
        for place in (0, 1) if turn % 2 else (1, 0):
            begin = time.perf_counter()
            models[place].fit(train, epochs=EPOCHS, verbose=0)
            seconds[place].append(time.perf_counter() - begin)
    # What else the machine does only adds to a time: the least is the truest.
    without, with_checks = map(min, seconds)
    print("| without: least | with checks: least | ratio |")
    print("| --- | --- | --- |")
    print(f"| {without:.3f} s | {with_checks:.3f} s | {with_checks / without:.3f} |")


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
