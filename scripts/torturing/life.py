"""Trains model after model in one process, and looks at what is left of them.

First, each round makes a model, trains it, predicts, saves it and loads it again. Then
one model of each kind is kept, and only fit, evaluate and predict repeat. After a
while, memory may not grow any more, no thread or file may stay open, and nothing may be
traced that was traced before.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

import keras_mlp
from torturing import trials
from torturing.process_state import ProcessState
from torturing.traces import Traces

# How much memory may grow, once it has settled.
MOST_GROWTH = 0.05

# Rounds between two lines.
EVERY = 25

UNITS = (16, 32, 64)

Report = Callable[[str], object]


def main() -> int:
    """Lives long, prints what happens, and returns 1 if anything is left behind."""
    parser = argparse.ArgumentParser(prog="scripts/torture life", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="(default: 300)")
    parser.add_argument(
        "--settled",
        type=int,
        default=50,
        help="round after which nothing may grow any more (default: 50)",
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument(
        "--stock", action="store_true", help="train stock Keras' models instead"
    )
    parser.add_argument(
        "--clear",
        action="store_true",
        help="call keras.utils.clear_session after each round",
    )
    parser.add_argument(
        "--only", metavar="KIND", help=f"one of {', '.join(_names(trials.BY_NAME))}"
    )
    arguments = parser.parse_args()
    if not 0 < arguments.settled < arguments.rounds:
        parser.error("--settled must be at least 1 and less than --rounds")
    if arguments.only not in (None, *_names(trials.BY_NAME)):
        parser.error(f"--only must be one of {', '.join(_names(trials.BY_NAME))}")
    library = keras if arguments.stock else keras_mlp
    keras.utils.set_random_seed(arguments.seed)
    kinds = [k for k in trials.BY_NAME if k.__name__ == arguments.only] or trials.NEW
    faults = new_models(
        library,
        arguments.rounds,
        arguments.settled,
        arguments.seed,
        kinds=kinds,
        clear=arguments.clear,
    )
    if not arguments.stock and arguments.only is None:
        faults += kept_models(arguments.rounds, arguments.settled)
    for fault in faults:
        print(f"FAULT: {fault}")
    print("verdict:", "something" if faults else "nothing", "is left behind")
    return 1 if faults else 0


def new_models(
    library: Any,
    rounds: int,
    settled: int,
    seed: int,
    *,
    kinds: Any = trials.NEW,
    clear: bool = False,
    report: Report = print,
) -> list[str]:
    """Makes, trains, saves and loads a model in each round.

    Args:
        library: `keras_mlp` or `keras`.
        rounds: Number of rounds.
        settled: Round after which nothing may grow any more.
        seed: Fixes the networks.
        kinds: Which take turns.
        clear: Whether Keras' global state is cleared after each round.
        report: Is called with each line.

    Returns:
        What was left behind.
    """
    report(f"new models: {', '.join(_names(kinds))}")
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"

        def one_round(number: int) -> None:
            trial = kinds[number % len(kinds)](library, draw.choice(UNITS))
            trial.fit()
            expected = trial.predict()
            trial.model().save(path)
            # Ours loads what ours has saved; stock Keras' loads both.
            ours = library is keras_mlp and number // len(kinds) % 2
            load = keras_mlp.models.load_model if ours else keras.saving.load_model
            loaded = load(path)
            outputs = loaded.predict(trial.inputs, verbose=0)
            np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
            if clear:
                keras.utils.clear_session()

        return _live(one_round, rounds, settled, report)


def kept_models(
    rounds: int,
    settled: int,
    *,
    kinds: Any = trials.KEPT,
    report: Report = print,
) -> list[str]:
    """Keeps a model of each kind, and trains, measures and asks it again and again.

    Args:
        rounds: Number of rounds; each is one of a kind.
        settled: Round after which nothing may grow any more.
        kinds: Which take turns.
        report: Is called with each line.

    Returns:
        What was left behind, and what was traced again.
    """
    report(f"kept models: {', '.join(_names(kinds))}")
    kept = [kind(keras_mlp, UNITS[0]) for kind in kinds]
    again: list[str] = []

    def one_round(number: int) -> None:
        trial = kept[number % len(kept)]
        with Traces() as traces:
            trial.fit()
            trial.evaluate()
            trial.predict()
        if number >= len(kept) and traces.programs:
            name = kinds[number % len(kept)].__name__
            again.append(f"round {number}, {name}, traced again: {traces.programs}")

    faults = _live(one_round, rounds, settled, report)
    report(f"traced again after the first round: {len(again)} times")
    return faults + again[:10]


def _live(
    one_round: Callable[[int], None], rounds: int, settled: int, report: Report
) -> list[str]:
    """Runs the rounds, reports now and then, and returns what has grown."""
    begin = time.monotonic()
    at_settled: Any = None
    for number in range(rounds):
        with Traces() as traces:
            one_round(number)
        done = number + 1
        if done % EVERY and done not in (1, settled, rounds):
            continue
        state = ProcessState.now()
        report(
            f"round {done:4}: {state}, traces {traces.programs.total()}, "
            f"{time.monotonic() - begin:.0f} s"
        )
        if done == settled:
            at_settled = state
    growth = state.resident_bytes / at_settled.resident_bytes - 1
    report(f"memory since round {settled}: {growth:+.1%}, at most {MOST_GROWTH:+.0%}")
    faults = []
    if growth >= MOST_GROWTH:
        faults.append(f"memory has grown by {growth:.1%} since round {settled}")
    for what in ("python_threads", "threads", "files", "functions"):
        # Not `initializers`: those are TensorFlow's.
        before, after = getattr(at_settled, what), getattr(state, what)
        if after > before:
            faults.append(f"{what}: {before} after round {settled}, {after} at the end")
    return faults


def _names(kinds: Any) -> list[str]:
    return [kind.__name__ for kind in kinds]


if __name__ == "__main__":
    sys.exit(main())
