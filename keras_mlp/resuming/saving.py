"""When the state of a run is saved, and when the run stops."""

import logging
import time
from collections.abc import Callable

from keras_mlp.resuming.checkpoint_file import EncodedState
from keras_mlp.resuming.checkpoints import Checkpoints
from keras_mlp.resuming.stop_signals import StopSignals
from keras_mlp.training import WorkerGroup

# How long a worker may be left alone with a signal that it got.
SECONDS_BETWEEN = 1.0
MOST_CALLS_BETWEEN = 1000

_logger = logging.getLogger("keras_mlp")


class Saving:
    """Saves the state of a run when it is time to, and stops when a signal asks to.

    All workers of the run make the same calls, and save and stop together.

    Args:
        checkpoints: Where the state is saved.
        workers: The workers of the run.
        signals: The signals that this worker gets.
        every_steps: Steps after which the state is saved, `None` for never.
        every_seconds: The same in seconds. Where both are `None` it is saved between
            epochs.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        workers: WorkerGroup,
        signals: StopSignals,
        every_steps: int | None,
        every_seconds: float | None,
    ) -> None:
        self._checkpoints = checkpoints
        self._signals = signals
        self._every_steps = every_steps
        self._every_seconds = every_seconds
        self._agreement = _Agreement(workers)
        self.begin()

    def begin(self) -> None:
        """Begins to count steps and seconds."""
        self._steps, self._time = 0, time.monotonic()

    def count(self, steps: int) -> None:
        """Counts steps that were taken.

        Args:
            steps: How many.
        """
        self._steps += steps

    def save_if_due(
        self, take: Callable[[], EncodedState], between_epochs: bool = False
    ) -> None:
        """Saves the state if it is time to, and stops if a signal asks for it.

        Args:
            take: Returns the state.
            between_epochs: Whether an epoch has ended and another will begin.

        Raises:
            SystemExit: If SIGTERM came.
            KeyboardInterrupt: If SIGINT came.
            OSError: If the state could not be saved before that.
        """
        due, signal = self._agreement(self._is_time(), self._signals.received)
        if signal is not None:
            self._stop(take(), signal)
        if due or self._is_due(between_epochs):
            self.save(take())

    def stop_if_asked(self, state: EncodedState | None) -> None:
        """Stops if a signal asks for it; raises what `save_if_due` does.

        Args:
            state: The state to save before, `None` for nothing.
        """
        _, signal = self._agreement(False, self._signals.received)
        if signal is not None:
            self._stop(state, signal)

    def end(self, state: EncodedState) -> None:
        """Saves the state of a run that is complete; raises what `save_if_due` does.

        Args:
            state: The state.
        """
        if self._signals.received is not None:
            self._stop(state, self._signals.received)
        self.save(state)

    def save(self, state: EncodedState) -> None:
        """Saves a state, or logs that it could not be saved.

        Args:
            state: The state.
        """
        try:
            self._checkpoints.save(state)
        except OSError as error:
            _logger.warning(
                "The state of the training could not be saved in '%s': %s. Training "
                "continues, and saving will be tried again.",
                self._checkpoints.directory,
                error,
            )
        self.begin()

    def _is_due(self, between_epochs: bool) -> bool:
        if self._every_steps is None and self._every_seconds is None:
            return between_epochs
        return self._every_steps is not None and self._steps >= self._every_steps

    def _is_time(self) -> bool:
        seconds = time.monotonic() - self._time
        return self._every_seconds is not None and seconds >= self._every_seconds

    def _stop(self, state: EncodedState | None, signal: int) -> None:
        if state is not None:
            self._checkpoints.save(state)
        # Of several workers, another one may have got it.
        self._signals.received = signal
        self._signals.stop()


class _Agreement:
    """Has all workers of a run do the same after the same step.

    Clocks differ, and signals come when they come: which worker has to save or to stop
    is asked of all, about once a second. A worker that is alone need not ask.

    Args:
        workers: Those of the run. All make the same calls, in the same order.
    """

    def __init__(self, workers: WorkerGroup) -> None:
        self._workers = workers
        self._calls = 0
        self._distance = 1
        self._time = time.monotonic()

    def __call__(self, due: bool, signal: int | None) -> tuple[bool, int | None]:
        """Returns whether to save the state, and the signal to stop for.

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
