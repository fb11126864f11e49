"""Measuring contestants in turn, again and again."""

import contextlib
import statistics
from collections.abc import Callable, Iterator
from typing import Any

from benchmarking.plan import CONTESTANTS
from benchmarking.worker_process import WorkerError, WorkerProcess
from benchmarking.workload import Workload

Say = Callable[[str], None]

# A contestant that has waited finds its memory cold, of which the first epoch tells and
# the median of three does not.
EPOCHS_A_ROUND = 3


class Workers(contextlib.ExitStack):
    """Keeps a process for each contestant, from the first time that it is needed."""

    def __init__(self) -> None:
        super().__init__()
        self._processes: dict[str, WorkerProcess] = {}

    def get(self, contestant: str) -> WorkerProcess:
        """Returns the contestant's process."""
        if contestant not in self._processes:
            module, *others = CONTESTANTS[contestant]
            process = WorkerProcess(f"benchmarking.contestants.{module}", *others)
            self._processes[contestant] = self.enter_context(process)
        return self._processes[contestant]

    def forget(self, contestant: str) -> None:
        """Lets the contestant have a new process, its own having ended."""
        self._processes.pop(contestant).close()


def measure(
    workers: Workers, workload: Workload, names: tuple[str, ...], rounds: int, say: Say
) -> dict[str, Any]:
    """Returns what each contestant took for a workload.

    All prepare and have a first turn, which compiles and is kept apart. Then each has
    its turns in every round, so that what else the machine does strikes all alike.

    Args:
        workers: The processes.
        workload: What to do.
        names: Who does it.
        rounds: How many times.
        say: Shows progress.

    Returns:
        For each contestant `ready` and `first`, the seconds of preparing and of the
        first turn, `note`, and `seconds`, a list for each round; or `cannot`, why not.
    """
    say(f"{workload.name}, {workload.examples:,} examples")
    found: dict[str, Any] = {}
    for name in names:
        found[name] = _prepare(workers, name, workload)
        if "cannot" in found[name]:
            say(f"  {name} cannot: {found[name]['cannot']}")
        else:
            say(f"  {name} is ready")
    for number in range(rounds):
        # Nobody always follows the same neighbour.
        order = names if number % 2 == 0 else tuple(reversed(names))
        for name in order:
            with _failing(workers, name, found):
                if "cannot" not in found[name]:
                    turns = [workers.get(name).turn() for _ in range(EPOCHS_A_ROUND)]
                    found[name]["seconds"].append([s for turn in turns for s in turn])
        times = ", ".join(
            f"{name} {statistics.median(entry['seconds'][-1]):.3f}"
            for name, entry in found.items()
            if "cannot" not in entry
        )
        say(f"  round {number + 1} of {rounds}, seconds: {times}")
    for name in names:
        with _failing(workers, name, found):
            if "cannot" not in found[name]:
                workers.get(name).finish()
    return found


def _prepare(workers: Workers, name: str, workload: Workload) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with _failing(workers, name, found):
        answer = workers.get(name).prepare(workload)
        found[name] = answer
        if "cannot" not in answer:
            found[name] |= {"first": workers.get(name).turn(), "seconds": []}
    return found[name]


@contextlib.contextmanager
def _failing(workers: Workers, name: str, found: dict[str, Any]) -> Iterator[None]:
    """Records why a contestant ended, so that the others can go on."""
    try:
        yield
    except WorkerError as error:
        found[name] = {"cannot": str(error)}
        workers.forget(name)
