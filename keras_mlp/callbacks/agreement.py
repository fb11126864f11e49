"""When the workers of a run save its state, and stop: together."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_mlp.training import WorkerGroup

# How long a worker may be left alone with a signal that it got.
SECONDS_BETWEEN = 1.0
MOST_CALLS_BETWEEN = 1000


class Agreement:
    """Has all workers of a run do the same after the same step.

    Clocks differ, and signals come when they come: which worker has to save or to stop
    is asked of all, about once a second. A worker that is alone need not ask.

    Args:
        workers: Those of the run. All make the same calls, in the same order.
    """

    def __init__(self, workers: "WorkerGroup") -> None:
        self._workers = workers
        self._calls = 0
        self._distance = 1
        self._time = time.monotonic()

    def __call__(self, due: bool, signal: int | None) -> tuple[bool, int | None]:
        """Returns whether the state is to be saved, and the signal to stop for.

        Args:
            due: Whether this worker's clock says that it is time to save. The chief's
                counts.
            signal: Number of the signal that this worker got, or `None`.
        """
        if self._workers.is_alone:
            return due, signal
        self._calls += 1
        if self._calls < self._distance:
            return False, None
        now = time.monotonic()
        distance = int(SECONDS_BETWEEN * self._calls / max(now - self._time, 1e-9))
        distance = max(1, min(distance, MOST_CALLS_BETWEEN))
        answers = self._workers.gather([due, signal or 0, distance])
        chief_due, _, self._distance = answers[0]
        self._calls, self._time = 0, now
        return bool(chief_due), max(number for _, number, _ in answers) or None
