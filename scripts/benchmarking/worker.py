"""The process of a contestant: `python -m benchmarking.worker MODULE FUNCTION EPOCHS`.

EPOCHS is how many a call of `fit` has, 0 for all in one call.
"""

import importlib
import os
import sys
from collections.abc import Callable

from benchmarking.turns import CannotRun, Turns
from benchmarking.workload import Workload


def serve(run: Callable[[Workload, Turns], None], turns: Turns) -> None:
    """Does one workload after the other, until there are no more.

    Args:
        run: Prepares a workload, then works between `turns.begin()` and `turns.end()`
            until `begin` returns `False`.
        turns: The other side.
    """
    while (workload := turns.prepare()) is not None:
        try:
            run(workload, turns)
        except CannotRun as reason:
            turns.refuse(str(reason))
        else:
            turns.finish()


def main() -> None:
    """Serves standard input and output."""
    # What frameworks print must not end up among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module, function, epochs = sys.argv[1:]
    try:
        run = getattr(importlib.import_module(module), function)
    except ImportError as error:
        message = f"{error} (scripts/benchmark installs it)"

        def run(workload: Workload, turns: Turns) -> None:
            raise CannotRun(message)

    serve(run, Turns(sys.stdin, answers, int(epochs) or None))


if __name__ == "__main__":
    main()
