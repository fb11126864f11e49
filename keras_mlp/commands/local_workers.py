"""Several workers on this machine, started by one command."""

import collections
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from keras_mlp.commands.command_error import CommandError

# Below the ports that systems give to outgoing connections: one that is free now is
# still free when a worker has imported TensorFlow and takes it.
_PORTS = range(20000, 32000)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

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


class _Worker:
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


def run(
    command: Sequence[str],
    workers: int,
    environment: Mapping[str, str] | None = None,
    patience: float = 15.0,
) -> int:
    """Runs a program as several workers on this machine, and waits for them.

    Each gets a `TF_CONFIG` of its own, with a free port of the loopback interface. The
    standard output and error of the chief, worker 0, are those of this process; those
    of the others are not shown. SIGINT, SIGTERM and SIGHUP go to all. When this
    function returns or raises, none is left; on Linux also when this process is killed.

    Args:
        command: The program and its arguments, the same for all.
        workers: How many.
        environment: Environment variables beside those of this process.
        patience: Seconds in which workers have to stop when they are asked to, before
            they are killed.

    Returns:
        The exit status: 0 if all ended well; that of the chief if it ended by itself
        with another one, having said why; 128 and the number of the signal after one.

    Raises:
        CommandError: If another worker ended with an error, or any was killed. The
            others were stopped.

    Example:

    ```python
    import sys
    from keras_mlp.commands import local_workers

    program = "import os; assert '127.0.0.1' in os.environ['TF_CONFIG']"
    assert local_workers.run([sys.executable, "-c", program], workers=2) == 0
    ```
    """
    started: list[_Worker] = []
    with _caught_signals() as caught:
        try:
            for number, tf_config in enumerate(tf_configs(workers)):
                variables = {
                    **os.environ,
                    **(environment or {}),
                    "TF_CONFIG": tf_config,
                }
                started.append(_Worker(number, command, variables))
            failed = _wait(started, caught)
            _stop(started, caught[0] if caught else signal.SIGTERM, patience)
            if failed is None or failed.number == 0:
                _show(started[0].unseen())
        finally:
            for worker in started:
                worker.send(signal.SIGKILL)
                worker.process.wait()
    if caught:
        return 128 + caught[0]
    if failed is None:
        return 0
    if failed.number == 0 and failed.process.returncode > 0:
        return failed.process.returncode
    raise CommandError(
        f"worker {failed.number} of {workers} {failed.end()}; the others were stopped."
    )


def tf_configs(workers: int) -> list[str]:
    """Returns a `TF_CONFIG` for each of several workers on this machine.

    Args:
        workers: How many.

    Example:

    ```python
    import json
    from keras_mlp.commands import local_workers

    first, second = map(json.loads, local_workers.tf_configs(2))
    assert first["cluster"] == second["cluster"]
    assert second["task"] == {"type": "worker", "index": 1}
    ```
    """
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(workers)]
    tasks = [{"type": "worker", "index": number} for number in range(workers)]
    return [
        json.dumps({"cluster": {"worker": addresses}, "task": task}) for task in tasks
    ]


def _wait(workers: Sequence[_Worker], caught: Sequence[int]) -> _Worker | None:
    """Waits for all, a signal, or the first that fails, and returns that."""
    while not caught:
        # Taken before it is asked who has ended: if that is why the chief wrote, the
        # message would say the same again.
        written = workers[0].unseen()
        states = [worker.status() for worker in workers]
        failed = [worker for worker in workers if worker.process.returncode]
        # The killed first, which others may have failed for; then the chief, which
        # speaks, of the same mistake in all.
        failed.sort(key=lambda worker: (worker.process.returncode > 0, worker.number))
        if not failed or failed[0].number == 0:
            _show(written)
        if failed:
            return failed[0]
        if None not in states:
            return None
        time.sleep(0.05)
    return None


def _show(text: bytes) -> None:
    # Where nobody reads it any more, the run goes on.
    with contextlib.suppress(OSError):
        os.write(2, text)


def _stop(workers: Sequence[_Worker], number: int, patience: float) -> None:
    """Asks those that still run to stop, and waits for them."""
    running = [worker for worker in workers if worker.status() is None]
    for worker in running:
        worker.send(number)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if all(worker.status() is not None for worker in running):
            return
        time.sleep(0.05)


@contextlib.contextmanager
def _caught_signals() -> Iterator[list[int]]:
    """Collects the signals that arrive, in place of what they do otherwise."""
    caught: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            # `nohup` and shells have some ignored; so they stay.
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(
                    number, lambda received, frame: caught.append(received)
                )
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _free_ports(count: int) -> list[int]:
    """Returns ports that nobody uses now."""
    free: list[int] = []
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        if len(free) == count:
            break
        with socket.socket() as attempt, contextlib.suppress(OSError):
            # Where one is taken, another will do.
            attempt.bind(("127.0.0.1", port))
            free.append(port)
    return free
