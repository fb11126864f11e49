"""How a worker takes its turns: the protocol on the side that is measured.

The benchmark starts every contestant as a process of its own, which stays, warm, while
others have their turn. It sends a line of JSON at a time and waits for the answer:

- `{"command": "prepare", "workload": {...}}`: answered when the work can begin, with
  `{"ready": seconds, "note": text}`, or with `{"cannot": reason}`;
- `{"command": "turn"}`: answered with `{"seconds": [...]}`, one for an epoch, several
  for short calls;
- `{"command": "finish"}`: answered with `{"finished": true}`; another workload may be
  prepared then. At the end of its input the worker ends.
"""

import json
import time
from typing import Any, TextIO

from benchmarking.workload import Workload


class CannotRun(Exception):  # noqa: N818 - an answer, not an error.
    """Raised by a contestant that cannot do a workload; the message says why."""


class Turns:
    """Lets a contestant work on request, and times it.

    A contestant calls `begin` before and `end` after each piece of work until `begin`
    returns `False`. `begin` waits for a request; the clock runs from one to the other.

    Args:
        requests: Where requests are read from.
        answers: Where answers go to.
        epochs: How many epochs a call of `fit` has, `None` for all in one call.
    """

    def __init__(
        self, requests: TextIO, answers: TextIO, epochs: int | None = None
    ) -> None:
        self.epochs = epochs
        self._requests = requests
        self._answers = answers
        self._prepared_at = time.perf_counter()
        self._begun_at = 0.0
        self._is_ready = False
        self._finished = False
        self.note = ""

    def prepare(self) -> Workload | None:
        """Returns the next workload, `None` if there is none."""
        request = self._read()
        if request is None:
            return None
        self._prepared_at = time.perf_counter()
        self._is_ready = self._finished = False
        self.note = ""
        return Workload(**request["workload"])

    def begin(self) -> bool:
        """Waits for a turn and starts the clock; returns whether there is one."""
        if not self._is_ready:
            self._is_ready = True
            seconds = time.perf_counter() - self._prepared_at
            self._answer({"ready": seconds, "note": self.note})
        request = self._read()
        if request is None or request["command"] != "turn":
            self._finished = request is not None
            return False
        self._begun_at = time.perf_counter()
        return True

    def end(self, epochs: int = 1) -> None:
        """Stops the clock.

        Args:
            epochs: How many there were in the turn. An epoch's share is the answer.
        """
        self.end_with([(time.perf_counter() - self._begun_at) / epochs])

    def end_with(self, seconds: list[float]) -> None:
        """Ends a turn with the contestant's own times, of several short calls."""
        self._answer({"seconds": seconds})

    def finish(self) -> None:
        """Says that the contestant has ended, after `begin` returned `False`."""
        if self._finished:
            self._answer({"finished": True})

    def refuse(self, reason: str) -> None:
        """Says that the contestant cannot do the workload."""
        self._answer({"cannot": reason})

    def _read(self) -> dict[str, Any] | None:
        line = self._requests.readline()
        return json.loads(line) if line else None

    def _answer(self, answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=self._answers, flush=True)
