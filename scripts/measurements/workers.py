"""Measures what a second worker adds, each worker on one core of its own.

    python scripts/measurements/workers.py [--rounds N] [--batches N ...] [--cores N N]

The network is the benchmark's of four hidden layers of 1,024. Each worker takes as many
examples of a step as the one worker does that trains alone, so that the global batch of
two is twice as large. Three things are measured in turn:

- one worker alone, on the first core;
- two programs at once, one on each core, that know nothing of each other: all that two
  cores can give while they share memory;
- two workers of a `MultiWorkerMirroredStrategy`, one on each core.

It prints a table in Markdown; docs/guides/scaling/workers.md has one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from benchmarking.workload import LEARNING_RATE, NETWORKS

WIDTHS = NETWORKS["4x1024"]
STEPS = 8
REACHED = 1.7


def main() -> None:
    """Prints a line for each batch size."""
    parser = argparse.ArgumentParser(description="Measures what a second worker adds.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cores", type=int, nargs=2, default=[0, 1])
    parser.add_argument(
        "--batches", type=int, nargs="+", default=[256, 512, 1024, 2048, 4096]
    )
    parser.add_argument("--worker", type=int, nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        work(*chosen.worker)
        return
    print(
        "| batch per worker | one worker | two programs apart | two workers | ratio |"
    )
    print("| --- | --- | --- | --- | --- |", flush=True)
    reached = []
    for batch in chosen.batches:
        alone, apart, together = measure(batch, chosen.cores, chosen.rounds)
        ratio = together / alone
        reached += [batch] if ratio >= REACHED else []
        print(
            f"| {batch} | {alone:,.0f} | {apart:,.0f} ({apart / alone:.2f}) "
            f"| {together:,.0f} | {ratio:.2f} |",
            flush=True,
        )
    print(
        f"\nExamples a second; {STEPS} steps a turn, medians of {chosen.rounds} turns."
    )
    least = f"from {min(reached)} examples a worker" if reached else "at none of these"
    print(f"A ratio of {REACHED} is reached {least}.")


def measure(batch: int, cores: Sequence[int], rounds: int) -> list[float]:
    """Returns the examples per second of one worker, two apart, and two together.

    Args:
        batch: Examples of a step, for each worker.
        cores: The two cores.
        rounds: Number of turns.
    """
    # Not imported above: a worker chooses its core before TensorFlow counts cores.
    from keras_mlp.local_workers import tf_configs

    configurations = [None, None, *tf_configs(2)]
    places = [*cores, *cores]
    workers = [
        start(batch, core, configuration)
        for core, configuration in zip(places, configurations, strict=True)
    ]
    groups = [workers[:1], workers[:2], workers[2:]]
    rates: list[list[float]] = [[] for _ in groups]
    try:
        for group in groups:
            # Each traces and compiles.
            turn(group)
        for number in range(rounds):
            # Who goes first finds the caches as the others left them.
            order = range(len(groups)) if number % 2 else reversed(range(len(groups)))
            for place in order:
                examples = len(groups[place]) * STEPS * batch
                rates[place].append(examples / turn(groups[place]))
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return [statistics.median(rate) for rate in rates]


def start(batch: int, core: int, tf_config: str | None) -> subprocess.Popen:
    """Starts a process that trains when it is asked to.

    Args:
        batch: Examples of a step, for each worker.
        core: The core that it is to use.
        tf_config: Its `TF_CONFIG`, or `None` for a worker alone.
    """
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    environment.pop("TF_CONFIG", None)
    if tf_config is not None:
        environment["TF_CONFIG"] = tf_config
    return subprocess.Popen(
        [sys.executable, __file__, "--worker", str(batch), str(core)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def turn(workers: Sequence[subprocess.Popen]) -> float:
    """Returns the seconds until all of some workers have taken their steps."""
    for worker in workers:
        print("go", file=worker.stdin, flush=True)
    # Their own, so that the time of asking does not count.
    return max(float(worker.stdout.readline()) for worker in workers)


def work(batch: int, core: int) -> None:
    """Takes steps at each line of the standard input, and prints how long they took.

    Args:
        batch: Examples of a step, for each worker.
        core: The core to use.
    """
    os.sched_setaffinity(0, {core})
    train = trainer(batch)
    for _ in sys.stdin:
        begin = time.perf_counter()
        train()
        print(time.perf_counter() - begin, flush=True)


def trainer(batch: int) -> Callable[[], object]:
    """Returns a function that takes the steps of a turn.

    Args:
        batch: Examples of a step, for each worker.
    """
    import contextlib

    import keras
    import numpy as np
    import tensorflow as tf

    import keras_mlp

    tf.config.threading.set_intra_op_parallelism_threads(1)
    strategy, workers = None, 1
    if "TF_CONFIG" in os.environ:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
        cluster = json.loads(os.environ["TF_CONFIG"])["cluster"]
        workers = len(cluster["worker"])
    random = np.random.default_rng(0)
    examples = STEPS * batch * workers
    x = random.random((examples, WIDTHS[0]), "float32")
    y = random.integers(0, WIDTHS[-1], examples)
    with strategy.scope() if strategy else contextlib.nullcontext():
        hidden = [keras_mlp.layers.Dense(n, activation="relu") for n in WIDTHS[1:-1]]
        model = keras_mlp.Sequential(
            [keras.Input(WIDTHS[:1]), *hidden, keras_mlp.layers.Dense(WIDTHS[-1])]
        )
        model.compile(
            optimizer=keras.optimizers.Adam(LEARNING_RATE),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
    options = {"batch_size": batch * workers, "shuffle": False, "verbose": 0}
    return lambda: model.fit(x, y, **options)


if __name__ == "__main__":
    main()
