"""A contestant's process, seen from the benchmark."""

import json
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import Any

from benchmarking.workload import Workload


class WorkerError(Exception):
    """A worker ended without an answer."""


class WorkerProcess:
    """Starts a worker and asks it for one thing at a time; see `turns`.

    Args:
        module: Module of the contestant.
        function: Its function of a workload and turns.
        epochs: How many a call of `fit` has, 0 for all in one call.
    """

    def __init__(self, module: str, function: str, epochs: int = 0) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with it.
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarking.worker"),
                *(module, function, str(epochs)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def prepare(self, workload: Workload) -> dict[str, Any]:
        """Returns `ready` and `note`, or `cannot`."""
        return self._ask({"command": "prepare", "workload": workload.to_json()})

    def turn(self) -> list[float]:
        """Returns the seconds of a turn."""
        return self._ask({"command": "turn"})["seconds"]

    def finish(self) -> None:
        """Ends the workload."""
        self._ask({"command": "finish"})

    def close(self) -> None:
        """Ends the process."""
        for stream in (self._process.stdin, self._process.stdout):
            stream.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            code = self._process.wait()
            self._log.seek(0)
            last = "".join(self._log.readlines()[-20:])
            raise WorkerError(
                f"{' '.join(map(str, self._process.args))} ended with {code}:\n{last}"
            )
        return json.loads(line)
