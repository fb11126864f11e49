"""Kills a training at random moments, resumes it, and compares it with one left alone.

The run is `keras-mlp train` on mnist_5k, with dropout, noise, batch normalization, a
falling learning rate and shuffling, each time as a process of its own that `kill -9`
ends. Weights, optimizer state, history and test figures are compared bit for bit.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np

import keras_mlp  # noqa: F401

ENDED = 0


def main() -> int:
    """Tortures, prints what happened, and returns 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="of the moments (default: drawn)")
    parser.add_argument("--kills", type=int, default=20, help="(default: 20)")
    parser.add_argument("--epochs", type=int, default=60, help="(default: 60)")
    parser.add_argument(
        "--save-every", type=float, default=0.3, help="seconds (default: 0.3)"
    )
    arguments = parser.parse_args()
    seed = random.randrange(2**31) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        return torture(Path(directory), arguments, random.Random(seed))


def torture(
    directory: Path, arguments: argparse.Namespace, moments: random.Random
) -> int:
    """Runs it once in peace and once with kills; returns 1 if anything differs.

    Args:
        directory: An empty directory.
        arguments: Those of the command line.
        moments: Draws the moments.
    """
    new = [
        *("fashion-best", "--dataset", "mnist_5k"),
        *("--epochs", str(arguments.epochs)),
    ]
    saving = ["--save-every", str(arguments.save_every)]
    begin = time.monotonic()
    if train(directory / "peace", new) != ENDED:
        raise RuntimeError("the run that was left alone has failed")
    whole = time.monotonic() - begin
    print(f"left alone: {whole:.1f} s", flush=True)
    killed, kills, runs = directory / "killed-1", 0, 1
    while kills < arguments.kills:
        # From before the first save to the writing of the results.
        seconds = moments.uniform(0.05, 0.5) * whole
        if (killed / "run.json").exists():
            print("it ended before all kills: a new run is begun", flush=True)
            if not equal(directory / "peace", killed):
                return 1
            # A run may end before it is killed even once.
            runs += 1
            killed = directory / f"killed-{runs}"
        begun = (killed / "resume" / "settings.json").exists()
        what = ["--resume", *saving] if begun else [*new, *saving]
        status = train(killed, what, kill_after=seconds)
        if status == -9:
            kills += 1
            print(f"kill {kills} after {seconds:.1f} s: {state_of(killed)}", flush=True)
        elif status != ENDED:
            return 1
    begun = (killed / "resume" / "settings.json").exists()
    if not (killed / "run.json").exists():
        status = train(killed, ["--resume"] if begun else new)
        if status != ENDED:
            print(f"the last resumption failed: status {status}")
            return 1
    return 0 if equal(directory / "peace", killed) else 1


def train(out: Path, arguments: list[str], kill_after: float | None = None) -> int:
    """Runs `keras-mlp train` and returns its status; -9 if it was killed.

    Args:
        out: The run directory.
        arguments: More arguments.
        kill_after: Seconds after which it is killed.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "keras_mlp", "train", *arguments, "--out", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _, errors = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        _, errors = process.communicate()
    if process.returncode not in (ENDED, -9):
        print(errors[-2000:], file=sys.stderr)
    return process.returncode


def state_of(run: Path) -> str:
    """Returns what a directory holds, in a few words."""
    if not run.exists():
        return "no directory yet"
    if (run / "run.json").exists():
        return "complete"
    names = [path.name for path in sorted(run.glob("resume/checkpoint-*"))]
    half = len(list(run.glob("**/.*.*")))
    return f"{names[-1] if names else 'nothing saved'}, {half} half-written"


def equal(one: Path, other: Path) -> bool:
    """Returns, and prints, whether two runs are equal bit for bit."""
    records = [json.loads((run / "run.json").read_text()) for run in (one, other)]
    models = [keras.saving.load_model(run / "model.keras") for run in (one, other)]
    verdicts = {
        "weights": same_bits(*(model.variables for model in models)),
        "optimizer state": same_bits(*(model.optimizer.variables for model in models)),
        "history": records[0]["history"] == records[1]["history"],
        "history.csv": same_file(one, other, "history.csv"),
        "test figures": records[0]["test"] == records[1]["test"],
        "nothing left over": not (other / "resume").exists()
        and sorted(path.name for path in one.iterdir())
        == sorted(path.name for path in other.iterdir()),
    }
    for what, verdict in verdicts.items():
        print(f"{what}: {'equal' if verdict else 'DIFFERENT'}", flush=True)
    return all(verdicts.values())


def same_bits(ours: list[keras.Variable], theirs: list[keras.Variable]) -> bool:
    """Returns whether variables have equal values, bit for bit."""
    return len(ours) == len(theirs) and all(
        np.array_equal(one.numpy(), other.numpy())
        for one, other in zip(ours, theirs, strict=True)
    )


def same_file(one: Path, other: Path, name: str) -> bool:
    """Returns whether a file is the same in two directories."""
    return (one / name).read_bytes() == (other / name).read_bytes()


if __name__ == "__main__":
    sys.exit(main())
