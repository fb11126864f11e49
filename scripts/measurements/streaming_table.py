"""Measures how much memory and time a large table takes that is read from its file.

    python scripts/measurements/streaming_table.py [--rows N] [--file FILE]

Writes a CSV file of ten columns, four of them text, dates and classes, unless it is
there, loads it with `in_memory=False`, goes through one epoch, and prints the seconds
of each step and the largest memory that the process has used, TensorFlow's own
included.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from keras_mlp import data


def write(path: Path, rows: int) -> None:
    """Writes the file in parts.

    Args:
        path: Where.
        rows: Number of rows.
    """
    import pyarrow
    from pyarrow import csv

    generator = np.random.default_rng(0)
    days = np.datetime64("2020-01-01") + np.arange(1500)
    words = np.array(["red", "green", "blue", "a longer name", ""], dtype=object)
    for start in range(0, rows, 100_000):
        count = min(100_000, rows - start)
        columns = {f"x{i}": generator.normal(size=count) for i in range(5)}
        columns |= {
            "count": generator.integers(0, 1000, count),
            "day": generator.choice(days, count),
            "color": generator.choice(words, count),
            "city": generator.choice([f"city {i}" for i in range(500)], count),
            "label": generator.integers(0, 2, count),
        }
        with open(path, "ab") as file:
            csv.write_csv(
                pyarrow.table(columns), file, csv.WriteOptions(include_header=not start)
            )


def main() -> None:
    """Prints a line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--batch-size", type=int, default=512)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = arguments.file or Path(directory) / "rows.csv"
        if not path.exists():
            write(path, arguments.rows)
        print(f"{path.stat().st_size / 2**20:,.0f} MiB of text")
        report("after the imports")
        started = time.perf_counter()
        table = data.table(path, "label", arguments.batch_size, seed=0, in_memory=False)
        report("loaded", started)
        started = time.perf_counter()
        train, _ = table.split()
        report("divided", started)
        started = time.perf_counter()
        rows = sum(int(labels.shape[0]) for _, labels in train)
        report(f"one epoch of {rows:,} rows", started)


def report(what: str, started: float | None = None) -> None:
    """Prints the time since then, and the largest memory until now.

    Args:
        what: What was done.
        started: When it began.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    seconds = "" if started is None else f"{time.perf_counter() - started:.1f} s, "
    print(f"{what}: {seconds}{peak:,.0f} MiB at most", flush=True)


if __name__ == "__main__":
    main()
