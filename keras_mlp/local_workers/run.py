"""Runs a program as several workers on this machine."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from keras_mlp.local_workers.cluster import tf_configs
from keras_mlp.local_workers.worker import Worker
from keras_mlp.local_workers.worker_failed_error import WorkerFailedError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
        WorkerFailedError: If another worker ended with an error, or any was killed. The
            others were stopped.

    Example:

    ```python
    import sys
    from keras_mlp import local_workers

    program = "import os; assert '127.0.0.1' in os.environ['TF_CONFIG']"
    assert local_workers.run([sys.executable, "-c", program], workers=2) == 0
    ```
    """
    started: list[Worker] = []
    with _caught_signals() as caught:
        try:
            for number, tf_config in enumerate(tf_configs(workers)):
                variables = {
                    **os.environ,
                    **(environment or {}),
                    "TF_CONFIG": tf_config,
                }
                started.append(Worker(number, command, variables))
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
    raise WorkerFailedError(
        f"worker {failed.number} of {workers} {failed.end()}; the others were stopped."
    )


def _wait(workers: Sequence[Worker], caught: Sequence[int]) -> Worker | None:
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


def _stop(workers: Sequence[Worker], number: int, patience: float) -> None:
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
