"""Training that goes on exactly where it was stopped."""

import contextlib
import dataclasses
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from keras_mlp.callbacks.agreement import Agreement
from keras_mlp.callbacks.callback_states import callback_states, set_callback_states
from keras_mlp.callbacks.checkpoint_file import EncodedState, encode
from keras_mlp.callbacks.checkpoints import Checkpoints
from keras_mlp.callbacks.data_position import DataPosition
from keras_mlp.callbacks.directory_lock import DirectoryLock
from keras_mlp.callbacks.model_state import (
    model_state,
    random_state,
    set_model_state,
    set_random_state,
)
from keras_mlp.callbacks.other_versions import (
    tell_of_other_versions,
    these_versions,
)
from keras_mlp.callbacks.position import Position
from keras_mlp.callbacks.shared_checkpoints import SharedCheckpoints
from keras_mlp.callbacks.stop_signals import StopSignals
from keras_mlp.validation import check_positive_integer

if TYPE_CHECKING:
    from keras_mlp.training import WorkerGroup

_logger = logging.getLogger("keras_mlp")


class ExactResume(keras.callbacks.Callback):
    """Saves the state of a training, and has `fit` go on from it.

    A run that was stopped anywhere, by `kill -9` too, and is started again with the
    same program ends with the weights, the optimizer's state and the history of a run
    that was never stopped, bit for bit. For this the data must be what
    `keras_mlp.data.load` returns, with a `seed`; of other data the position cannot be
    restored, which is logged, and a run goes on from the beginning of the epoch that it
    was in.

    Saved are all variables of the model, the optimizer and the metrics, the global
    generators of Python, NumPy and Keras, the position in the data, the history, and
    what `EarlyStopping`, `ReduceLROnPlateau` and `ModelCheckpoint` remember, and any
    callback that has `get_state()` and `set_state(state)`. Where the run is complete,
    `fit` trains nothing and returns the whole history.

    States are saved between the groups of steps that `fit` takes as one program, which
    are not changed by this callback. SIGTERM and SIGINT are kept until the group ends;
    then the state is saved and `fit` raises `SystemExit(143)` or `KeyboardInterrupt`. A
    second SIGINT interrupts at once.

    The model must be one of this package, or have `keras_mlp.training.TapeTrainer`.

    Args:
        directory: Where the state is kept, for this run alone. It is made where there
            is none.
        every_steps: Number of steps after which the state is saved, at the end of the
            group in which that is reached. Defaults to `None`, for never.
        every_seconds: The same in seconds. Defaults to `None`. Where both are `None`
            the state is saved at the end of each epoch.

    Raises:
        ResumeError: By `fit`: if the saved state is that of another model or other
            data, was written by a newer version, or is damaged with the one before. A
            `ValueError`.
        DirectoryInUseError: By `fit`: if another process uses the directory. An
            `OSError`.

    Example:

    ```python
    import keras
    import keras_mlp

    train = keras_mlp.data.load("mnist_5k", "train", batch_size=500, seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def history_of_run():
        model = keras_mlp.models.MLPClassifier(10, [16], seed=0)
        model.compile(optimizer="sgd", loss=loss)
        resume = keras_mlp.callbacks.ExactResume("run", every_seconds=10)
        return model.fit(train, epochs=2, callbacks=[resume], verbose=0).history

    first = history_of_run()
    again = history_of_run()  # It is complete: nothing is trained.
    assert first == again and len(first["loss"]) == 2
    ```
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        every_steps: int | None = None,
        every_seconds: float | None = None,
    ) -> None:
        super().__init__()
        if every_steps is not None:
            every_steps = check_positive_integer("every_steps", every_steps)
        if every_seconds is not None and not every_seconds >= 0:
            raise ValueError(
                "Argument `every_seconds` must be a number of at least 0, or None. "
                f"Received: every_seconds={every_seconds!r}."
            )
        self.directory = Path(directory)
        self.every_steps = every_steps
        self.every_seconds = every_seconds
        self._lock = DirectoryLock(self.directory)
        self._checkpoints = Checkpoints(self.directory)
        self._signals = StopSignals()
        # While `fit` runs: its data, its callbacks, and what there is to go on from.
        self._data: DataPosition | None = None
        self._others: list[keras.callbacks.Callback] = []
        self._pending: tuple[Path, dict[str, Any]] | None = None
        # The state before what cannot be stopped in its middle.
        self._boundary: EncodedState | None = None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other processes out of the directory, as `fit` does while it runs.

        Raises:
            DirectoryInUseError: If another process uses it.
        """
        with self._lock.held():
            yield

    @property
    def has_saved(self) -> bool:
        """Whether the directory holds a saved state, be it damaged."""
        return self._checkpoints.exist

    @contextlib.contextmanager
    def session(
        self,
        data: DataPosition,
        epochs: int,
        callbacks: list[keras.callbacks.Callback],
        workers: "WorkerGroup",
    ) -> Iterator[dict[str, Any] | None]:
        """For `fit`: yields the state to go on from, `None` where there is none.

        Args:
            data: The data of this call of `fit`.
            epochs: Its number of epochs.
            callbacks: Its callbacks.
            workers: The processes that take part. The chief reads and writes.
        """
        lock = self.locked() if workers.is_chief else contextlib.nullcontext()
        with lock, self._signals.noted():
            self._data, self._epochs = data, epochs
            self._saved_states = SharedCheckpoints(self._checkpoints, workers)
            self._agreement = Agreement(workers)
            self._others = [callback for callback in callbacks if callback is not self]
            self._pending = self._saved_states.newest()
            state = None
            if self._pending is not None:
                path, state = self._pending
                data.check(state["data"], str(path))
                tell_of_other_versions(state["versions"])
            if not data.restorable and data.batches != 1:
                _logger.warning(
                    "The position in these data cannot be restored: a run that is "
                    "stopped goes on from the beginning of the epoch. What "
                    "`keras_mlp.data.load` returns, without `steps_per_epoch`, has a "
                    "position."
                )
            try:
                yield state
            finally:
                self._data = self._pending = self._boundary = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Begins to count steps and seconds."""
        if self._data is None:
            raise ValueError(
                "`ExactResume` goes with models that train in a way it can resume. "
                f"Received: a {type(self.model).__name__}. Use a model of `keras_mlp`, "
                "or put `keras_mlp.training.TapeTrainer` before `keras.Model`."
            )
        self._at = Position()
        self._logs: dict[str, Any] = {}
        self._began = False
        self._saved()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Restores the state, the first time, and saves that of a new epoch."""
        if self._pending is not None:
            self._restore()
        else:
            self._at, self._logs = Position(epoch=epoch), {}
        assert self._data is not None
        if not self.model.built:
            # The data do not tell what to build it for: the first step does.
            self._began = True
            return
        if not self._data.restorable:
            self._boundary = self._snapshot()
        self._save_if_due(at_boundary=self._began)
        self._began = True

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Counts the steps of a group, and saves the state where it is time to."""
        assert self._data is not None
        self._logs = dict(logs or {})
        step, batches = batch + 1, self._data.batches
        if batches is not None:
            step = min(step, batches)
        self._steps += step - self._at.step
        # What ended the epoch here might not do so again.
        trained = step == batches or self.model.stop_training
        self._at = dataclasses.replace(self._at, step=step, trained=trained)
        if trained or (self._data.restorable and step + 1 != batches):
            # Not before the last batch: it may not be full, and a program that begins
            # with such a one is not that of a run that was never stopped.
            self._save_if_due()
        elif not self._data.restorable:
            self._stop_if_asked()

    def on_test_begin(self, logs: Any = None) -> None:
        """Keeps the state before a validation, which begins with empty metrics."""
        if self._data is None:
            return
        self._at = dataclasses.replace(self._at, trained=True)
        self._boundary = self._snapshot()
        self._save_if_due()

    def on_test_end(self, logs: Any = None) -> None:
        """Lets go of the state before the validation."""
        if self._data is not None and self._data.restorable:
            self._boundary = None

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Saves the state before the validation, where a signal asks to stop."""
        if self._data is not None:
            self._stop_if_asked()

    def on_train_end(self, logs: Any = None) -> None:
        """Saves the state of a complete run, or restores it."""
        if self._pending is not None:
            self._restore()
            return
        if not self._began:
            return
        self._at = Position(epoch=self._at.epoch + 1)
        state = self._snapshot(complete=True)
        if self._signals.received is not None:
            self._stop(state, self._signals.received)
        self._save(state)

    def _snapshot(self, complete: bool = False) -> EncodedState:
        assert self._data is not None
        state = {
            "versions": these_versions(),
            "position": dataclasses.asdict(self._at),
            "complete": complete,
            "epochs": self._epochs,
            "stop_training": bool(self.model.stop_training),
            "logs": self._logs,
            "data": self._data.state(),
            "variables": model_state(self.model),
            "random": random_state(),
            "callbacks": callback_states(self._with_history()),
        }
        return encode(state)

    def _restore(self) -> None:
        assert self._pending is not None
        assert self._data is not None
        (path, state), self._pending = self._pending, None
        self._at, self._logs = Position.of(state["position"]), state["logs"]
        set_model_state(self.model, state["variables"], str(path))
        set_callback_states(self._with_history(), state["callbacks"])
        self._data.go_to(state["data"], self._at.within_epoch)
        if not state["complete"]:
            self.model.stop_training = state["stop_training"]
        # Last: nothing above is to change it.
        set_random_state(state["random"])

    def _with_history(self) -> list[keras.callbacks.Callback]:
        # `fit` adds one where there is none.
        history = getattr(self.model, "history", None)
        if not isinstance(history, keras.callbacks.History):
            return self._others
        return [*(c for c in self._others if c is not history), history]

    def _save_if_due(self, at_boundary: bool = False) -> None:
        due, signal = self._agreement(self._is_time(), self._signals.received)
        if signal is not None:
            self._stop(self._snapshot(), signal)
        if due or self._is_due(at_boundary):
            self._save(self._snapshot())

    def _stop_if_asked(self) -> None:
        _, signal = self._agreement(False, self._signals.received)
        if signal is not None:
            self._stop(self._boundary, signal)

    def _is_due(self, at_boundary: bool) -> bool:
        if self.every_steps is None and self.every_seconds is None:
            return at_boundary
        return self.every_steps is not None and self._steps >= self.every_steps

    def _is_time(self) -> bool:
        seconds = time.monotonic() - self._time
        return self.every_seconds is not None and seconds >= self.every_seconds

    def _save(self, state: EncodedState) -> None:
        try:
            self._saved_states.save(state)
        except OSError as error:
            _logger.warning(
                "The state of the training could not be saved in '%s': %s. Training "
                "goes on, and it will be tried again.",
                self.directory,
                error,
            )
        self._saved()

    def _stop(self, state: EncodedState | None, signal: int) -> None:
        if state is not None:
            self._saved_states.save(state)
        # Of several workers, another one may have got it.
        self._signals.received = signal
        self._signals.stop()

    def _saved(self) -> None:
        self._steps, self._time = 0, time.monotonic()
