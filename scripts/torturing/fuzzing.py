"""Case after case of a kind, made by Hypothesis and checked."""

import argparse
import collections
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import hypothesis

Report = Callable[[str], object]


class Kind(NamedTuple):
    """A kind of cases.

    Args:
        share: How many of a hundred cases are of this kind.
        make: Returns the strategy that makes cases.
        check: Raises an error if what comes of a case is wrong. Returns `"right"`, or
            the name of the documented error.
    """

    share: int
    make: Callable[[], Any]
    check: Callable[[Any], str]


def fuzz(
    name: str,
    kind: Kind,
    cases: int,
    seed: int,
    report: Report = print,
    shrink: bool = True,
) -> collections.Counter[str]:
    """Checks that many cases of a kind, and raises where one is wrong.

    Args:
        name: What the kind is called.
        kind: The kind.
        cases: Number of cases.
        seed: Integer that fixes them.
        report: Is called with a line now and then.
        shrink: Whether a case that is wrong is made as small as can be.

    Returns:
        How often there was a right answer, and each of the errors.
    """
    outcomes: collections.Counter[str] = collections.Counter()
    begin = time.monotonic()
    phases = [hypothesis.Phase.generate, *[hypothesis.Phase.shrink] * shrink]

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(kind.make())
    def check(case: Any) -> None:
        outcomes[kind.check(case)] += 1
        if outcomes.total() % 500 == 0:
            seconds = time.monotonic() - begin
            report(f"{name}: {outcomes.total()} of {cases}, {seconds:.0f} s")

    check()
    return outcomes


def main(part: str, description: str, kinds: Mapping[str, Kind]) -> None:
    """Checks cases of every kind, and prints what came of them.

    Args:
        part: The part of `scripts/torture`.
        description: What it does, in a line.
        kinds: The kinds by their names.
    """
    parser = argparse.ArgumentParser(
        prog=f"scripts/torture {part}", description=description
    )
    parser.add_argument("--cases", type=int, default=5000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    arguments = parser.parse_args()
    print(f"{arguments.cases} cases, seed {arguments.seed}", flush=True)
    begin = time.monotonic()
    for name, kind in kinds.items():
        cases = max(1, arguments.cases * kind.share // 100)
        outcomes = fuzz(
            name, kind, cases, arguments.seed, lambda line: print(line, flush=True)
        )
        counts = ", ".join(f"{what} {count}" for what, count in outcomes.most_common())
        print(f"{name}: {outcomes.total()} cases: {counts}", flush=True)
    print(f"{time.monotonic() - begin:.0f} s")
