"""One worker: a process that ends with this one."""

import collections
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

# Becomes the worker's program, which the kernel kills if this process goes: not even
# `kill -9` leaves workers behind. Only Linux has that.
_BECOME = """
import ctypes, os, signal, sys
parent, command = int(sys.argv[1]), sys.argv[2:]
if sys.platform == "linux":
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
os.execvp(command[0], command)
"""


class Worker:
    """A started worker.

    Args:
        number: Its number; 0 is the chief.
        command: The program and its arguments.
        environment: All its environment variables.
    """

    def __init__(
        self, number: int, command: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.number = number
        become = [sys.executable, "-I", "-S", "-c", _BECOME, str(os.getpid())]
        self.process = subprocess.Popen(
            [*become, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            # The chief speaks for all.
            stdout=None if number == 0 else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # Ctrl-C on a terminal would reach it beside what this process sends.
            start_new_session=True,
        )
        self.last_line = b""
        self._unseen: collections.deque[bytes] = collections.deque()
        assert self.process.stderr is not None
        self._reader = threading.Thread(
            target=self._read, args=(self.process.stderr,), daemon=True
        )
        self._reader.start()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self.last_line = line.strip() or self.last_line
                if self.number == 0:
                    self._unseen.append(line)

    def unseen(self) -> bytes:
        """Returns what it wrote to its standard error since it was asked last."""
        count = len(self._unseen)
        return b"".join(self._unseen.popleft() for _ in range(count))

    def status(self) -> int | None:
        """Returns its exit status, below 0 for a signal; `None` while it runs."""
        status = self.process.poll()
        if status is not None:
            # What it wrote last is printed before the message about it.
            self._reader.join(timeout=1)
        return status

    def send(self, number: int) -> None:
        """Sends a signal to it and to all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def end(self) -> str:
        """Returns how it ended, in words."""
        status = self.process.returncode
        if status < 0:
            return f"was killed by {signal.Signals(-status).name}"
        words = self.last_line.decode(errors="replace")
        return f"ended with status {status}" + (f" ({words})" if words else "")
