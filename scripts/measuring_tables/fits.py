"""Runs fits one after the other, and keeps what came of each."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

# Cores that a fit may use at most.
THREADS = 2
# Beyond it, a fit is given up: three times what any took that had two cores.
MOST_SECONDS = 1800

# Environment variables by which libraries are told of it.
_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)

Result = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Fit:
    """Who learns from what.

    Attributes:
        table: Name of a table.
        split: Which of its splits: the seed.
        contestant: Key of a contestant.
        directory: Where the tables are.
        most_rows: How many rows to train on at most, `None` for all.
    """

    table: str
    split: int
    contestant: str
    directory: str
    most_rows: int | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from the other fits of a run."""
        return self.table, self.split, self.contestant


def threads_on(cores: Sequence[int]) -> int:
    """Returns how many threads a fit has.

    Args:
        cores: See `run_fit`.
    """
    return len(cores) or THREADS


def run_fit(
    fit: Fit, cores: tuple[int, ...] = (), most_seconds: float = MOST_SECONDS
) -> Result:
    """Returns `error` and seconds, or why there are none, as `failed`.

    Args:
        fit: Who learns from what.
        cores: Numbers of the processor's cores that it may use; as many threads work
            on it. Nothing stands for `THREADS` of any.
        most_seconds: When to give up.
    """
    arguments = json.dumps(dataclasses.asdict(fit) | {"cores": cores})
    try:
        process = subprocess.run(
            [sys.executable, "-m", "measuring_tables.worker", arguments],
            capture_output=True,
            text=True,
            env=os.environ | dict.fromkeys(_LIMITS, str(threads_on(cores))),
            timeout=most_seconds,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"took longer than {most_seconds:g} s"}
    lines = process.stdout.splitlines()
    if process.returncode or not lines:
        last = process.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        return {"failed": f"ended with status {process.returncode}: {last[0][:200]}"}
    return json.loads(lines[-1])
