"""Signals that ask a program to stop, kept until there is time to."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

# What shells show of a program that this signal has ended.
TERMINATED = 128 + signal.SIGTERM


class StopSignals:
    """Notes SIGTERM and SIGINT instead of letting them stop the program at once.

    A second SIGINT interrupts at once. Signals that the program ignores stay ignored.
    Python gives signals to the main thread alone: in another nothing is changed.

    Attributes:
        received: Number of the signal that came, `None` if none did.
    """

    def __init__(self) -> None:
        self.received: int | None = None

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Notes signals within the block, and stops at its end if one came.

        Raises:
            SystemExit: If SIGTERM came.
            KeyboardInterrupt: If SIGINT came.
        """
        self.received = None
        before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                # `None` is a handler that was not set from Python.
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    before[number] = signal.signal(number, self._note)
        try:
            yield
        finally:
            for noted, handler in before.items():
                signal.signal(noted, handler)
        if self.received is not None:
            self.stop()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and self.received is not None:
            raise KeyboardInterrupt
        self.received = number

    def stop(self) -> NoReturn:
        """Does what the signal asks for."""
        if self.received == signal.SIGTERM:
            raise SystemExit(TERMINATED)
        raise KeyboardInterrupt
