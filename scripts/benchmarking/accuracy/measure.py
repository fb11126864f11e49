"""All runs, in alternation."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarking.accuracy.settings import CONTESTANTS, SETTINGS


def measure_accuracy(
    rounds: int, images: int | None, epochs: int | None, say: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Yields what each run said after its epochs.

    Args:
        rounds: How many runs of each kind, each from a seed of its own.
        images: Images to train on at most, `None` for all.
        epochs: Epochs at most, `None` for what the settings say.
        say: Shows progress.

    Yields:
        For each run `contestant`, `setting`, `seed` and `epochs`, a list of what
        `Clock.ends_epoch` wrote; or `cannot`, why there is none.
    """
    for seed in range(rounds):
        for setting in SETTINGS:
            # Nobody always follows the same neighbour.
            names = list(CONTESTANTS)
            for name in names if seed % 2 == 0 else reversed(names):
                arguments = [name, setting, seed, images or 0, epochs or 0]
                run: dict[str, Any] = {
                    "contestant": name,
                    "setting": setting,
                    "seed": seed,
                    **_run([str(argument) for argument in arguments]),
                }
                last = run["epochs"][-1] if run["epochs"] else None
                say(
                    f"{name}, {setting}, seed {seed}: "
                    + (
                        f"{last['accuracy']:.4f} after {last['epoch']} epochs and "
                        f"{last['seconds']:.1f} s"
                        if last
                        else run["cannot"]
                    )
                )
                yield run


def _run(arguments: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarking.accuracy.run", *arguments]
    done = subprocess.run(
        [*command, str(time.time())], capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        return {"epochs": [], "cannot": lines[-1]}
    return {"epochs": [json.loads(line) for line in done.stdout.splitlines()]}
