"""Gives the readers of files what they never asked for.

    scripts/torture files [--cases 5000] [--seed 0]

Files of each kind that the package reads - IDX, images, models, records of runs - are
made, right ones and ones that are damaged or made up, and read. Whatever comes must be
a documented error that names the file, or the right answer: what NumPy, Pillow or the
undamaged file give. The seed says which files they are; a file that fails is shown,
made as small as can be.
"""

import argparse
import collections
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
from file_cases.idx import check_idx, idx_cases
from file_cases.images import check_image, image_cases
from file_cases.models import check_model, model_cases
from file_cases.records import check_record, record_cases

# How many of a hundred cases are of each kind.
SHARES = {"idx": 35, "image": 40, "model": 5, "record": 20}

# What a check found: "right" or the name of the error.
Check = Callable[[Path, Any], str]

TARGETS: dict[str, tuple[str, Callable[[], Any], Check]] = {
    "idx": ("train-images-idx3-ubyte", idx_cases, check_idx),
    "image": ("image.png", image_cases, check_image),
    "model": ("model.keras", model_cases, check_model),
    "record": ("run.json", record_cases, check_record),
}


def torture(
    kind: str, cases: int, seed: int, report: Callable[[str], object] = print
) -> collections.Counter[str]:
    """Reads that many files of a kind, and raises where one is read wrongly.

    Args:
        kind: One of `TARGETS`.
        cases: Number of files.
        seed: Integer that fixes them.
        report: Is called with a line now and then.

    Returns:
        How often there was a right answer, and each of the errors.
    """
    name, make, check = TARGETS[kind]
    outcomes: collections.Counter[str] = collections.Counter()
    begin = time.monotonic()

    with tempfile.TemporaryDirectory() as directory:

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=cases,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(make())
        def read(case: Any) -> None:
            outcomes[check(Path(directory) / name, case)] += 1
            if outcomes.total() % 500 == 0:
                seconds = time.monotonic() - begin
                report(f"{kind}: {outcomes.total()} of {cases}, {seconds:.0f} s")

        read()
    return outcomes


def main() -> None:
    """Tortures every reader, and prints what came of it."""
    parser = argparse.ArgumentParser(
        prog="scripts/torture files", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--cases", type=int, default=5000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    arguments = parser.parse_args()
    print(f"{arguments.cases} cases, seed {arguments.seed}")
    for kind, share in SHARES.items():
        outcomes = torture(kind, max(1, arguments.cases * share // 100), arguments.seed)
        counts = ", ".join(f"{what} {count}" for what, count in outcomes.most_common())
        print(f"{kind}: {outcomes.total()} cases: {counts}", flush=True)


if __name__ == "__main__":
    main()
