"""Whole processes in alternation: trainings, start-up, and that results agree."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarking.workload import Workload

LIBRARIES = ("keras", "keras_mlp")

# What is started, and how long that should take at most.
START_UP: dict[str, tuple[list[str], float | None]] = {
    "keras-mlp --version": (["-m", "keras_mlp", "--version"], 0.3),
    "keras-mlp list": (["-m", "keras_mlp", "list"], 0.5),
    "import keras": (["-c", "import keras"], None),
    "import keras_mlp": (["-c", "import keras_mlp"], None),
}


def check_agreement(workload: Workload) -> dict[str, Any]:
    """Returns how far weights are apart after the same epoch, and what is allowed.

    Args:
        workload: What to train on.

    Raises:
        RuntimeError: If they are further apart.
    """
    found = _run("agreement", str(workload.examples))
    if not found["largest_difference"] <= found["allowed"]:
        raise RuntimeError(
            "After an epoch from the same weights, those of keras_mlp and of Keras "
            f"differ by {found['largest_difference']:.2g}, which is more than "
            f"{found['allowed']:g}: there is nothing to compare."
        )
    return found


def measure_whole_runs(
    workload: Workload,
    ways: tuple[str, ...],
    epochs: int,
    rounds: int,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Returns seconds and peak of memory of whole processes.

    Args:
        workload: What to train on.
        ways: Of getting the data, see `whole_run`.
        epochs: How many each trains.
        rounds: How often each is run.
        say: Shows progress.
    """
    found = []
    for way in ways:
        for number in range(rounds):
            for library in LIBRARIES if number % 2 == 0 else reversed(LIBRARIES):
                begin = time.perf_counter()
                answer = _run(
                    "whole_run", library, way, str(workload.examples), str(epochs)
                )
                seconds = time.perf_counter() - begin
                named = {"library": library, "data": way, "epochs": epochs}
                found.append({**named, "seconds": seconds, **answer})
                say(
                    f"{epochs} epochs as a process, {way} data, {library}: "
                    f"{seconds:.1f} s, {answer['peak_bytes'] / 1e6:.0f} MB"
                )
    return found


def measure_start_up(rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Returns the seconds of starting things, and what they should take at most.

    Args:
        rounds: How often each is started.
        say: Shows progress.
    """
    found: dict[str, Any] = {
        what: {"seconds": [], "target": target}
        for what, (_, target) in START_UP.items()
    }
    for _ in range(rounds):
        for what, (arguments, _) in START_UP.items():
            begin = time.perf_counter()
            command = [sys.executable, *arguments]
            subprocess.run(command, capture_output=True, check=True)
            found[what]["seconds"].append(time.perf_counter() - begin)
    for what, entry in found.items():
        say(f"{what}: {statistics.median(entry['seconds']):.2f} s")
    return found


def _run(module: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarking.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
