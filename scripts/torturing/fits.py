"""Trains as stock Keras does, or says in what not.

    scripts/torture fits [--cases 200] [--seed 0] [--case I]

Data of all kinds, models, optimizers, weights, validation, callbacks, groups of steps
and compilers, put together at random: the same training once with stock Keras' classes
and once with ours, from the same weights. History, weights, the state of the optimizer,
what `evaluate` and `predict` return, warnings, errors and what callbacks hear must be
the same. In some of the cases groups of steps and XLA begin with the first step. A
training that differs is a line with what reproduces it.
"""

import argparse
import collections
import contextlib
import dataclasses
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import keras
import tensorflow as tf

from torturing.fit_cases.cases import case_of
from torturing.fit_cases.compare import differences
from torturing.fuzzing import Report

# Cases between two lines, and after which Keras' global state is cleared.
EVERY = 25


@contextlib.contextmanager
def lower_thresholds() -> Iterator[None]:
    """Has groups and XLA begin with the first step, in small groups.

    Else they would want a thousand steps, which take their time in stock Keras.
    """
    from keras_mlp.training.planning.limits import LIMITS

    before = dict(LIMITS)
    for kind, limits in before.items():
        LIMITS[kind] = dataclasses.replace(
            limits,
            loop_pays_after={"train": 0, "test": 0, "predict": 0},
            xla_pays_after=0,
            most_steps=4,
            most_resident_steps=4,
        )
    try:
        yield
    finally:
        LIMITS.update(before)


def fuzz_fits(
    indices: Iterable[int],
    seed: int,
    report: Report = print,
    compare: Callable = differences,
) -> collections.Counter[str]:
    """Compares trainings, and reports each that differs.

    Args:
        indices: Numbers of the cases.
        seed: Integer that fixes them.
        report: Is called with each line.
        compare: Returns in what a case differs.

    Returns:
        How many are `"right"` and `"wrong"`.
    """
    outcomes: collections.Counter[str] = collections.Counter()
    begin = time.monotonic()
    for index in indices:
        case = case_of(seed, index)
        with lower_thresholds() if case.lowered else contextlib.nullcontext():
            found = compare(case)
        outcomes["wrong" if found else "right"] += 1
        if found:
            report(f"--seed {seed} --case {index}: {'; '.join(found)} [{case}]")
        if outcomes.total() % EVERY == 0:
            keras.utils.clear_session()
            report(f"{outcomes.total()} cases, {time.monotonic() - begin:.0f} s")
    return outcomes


def main() -> int:
    """Prints what differs, and returns 1 if anything does."""
    parser = argparse.ArgumentParser(
        prog="scripts/torture fits", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--cases", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    parser.add_argument("--case", type=int, metavar="I", help="only this one")
    arguments = parser.parse_args()
    # Data of all kinds are traced, on purpose.
    tf.get_logger().setLevel("ERROR")
    print(f"{arguments.cases} cases, seed {arguments.seed}", flush=True)
    indices: Iterable[int] = range(arguments.cases)
    if arguments.case is not None:
        indices = [arguments.case]
    outcomes = fuzz_fits(indices, arguments.seed, lambda line: print(line, flush=True))
    print(f"{outcomes['wrong']} of {outcomes.total()} cases wrong")
    return 1 if outcomes["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
