"""Training that goes on exactly where it was stopped."""

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from keras_mlp.resuming import (
    Checkpoints,
    DirectoryLock,
    ResumeError,
    RunState,
    Saving,
    StopSignals,
)
from keras_mlp.resuming.checkpoint_file import EncodedState
from keras_mlp.training import WorkerGroup
from keras_mlp.training.call import Call, Start
from keras_mlp.training.errors import StartError
from keras_mlp.validation import check_positive_integer


class ExactResume(keras.callbacks.Callback):
    """Saves the state of a training, so that `fit` can continue from it.

    A run may be stopped anywhere, even by `kill -9`. Start it again with the same
    program: it ends with the weights, the optimizer state and the history of a run that
    was never stopped, bit for bit. For this, the data must come from
    `keras_mlp.data.load`, with a `seed`. The position in other data cannot be restored.
    This is logged, and the run continues from the beginning of its epoch.

    Saved are all variables of the model, the optimizer and the metrics, the global
    generators of Python, NumPy and Keras, the position in the data, the history, the
    state of `EarlyStopping`, `BestWeights`, `ReduceLROnPlateau` and `ModelCheckpoint`,
    and that of any callback with `get_state()` and `set_state(state)`. If the run is
    complete, `fit` trains nothing and returns the whole history.

    States are saved between the groups of steps that `fit` takes as one program. This
    callback does not change the groups. SIGTERM and SIGINT wait until the group ends.
    Then the state is saved, and `fit` raises `SystemExit(143)` or `KeyboardInterrupt`.
    A second SIGINT interrupts at once.

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

    # `fit` may tell it of groups of steps rather than of each batch: it is all the same
    # to it, which saves states between groups.
    hears_groups = True

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
        self._signals = StopSignals()
        # While `fit` runs: the run, and the state there is to go on from.
        self._run: RunState | None = None
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
        return Checkpoints(self.directory).exist

    @contextlib.contextmanager
    def session(
        self,
        call: Call,
        callbacks: list[keras.callbacks.Callback],
        workers: WorkerGroup,
    ) -> Iterator[Start]:
        """Called by `fit`: yields where to begin.

        Args:
            call: What `fit` was asked for.
            callbacks: Its callbacks. This one becomes the last that is called.
            workers: The processes that take part. The chief reads and writes.

        Raises:
            ResumeError: If there is a state that `fit` cannot go on from.
            DirectoryInUseError: If another process uses the directory.
        """
        lock = self.locked() if workers.is_chief else contextlib.nullcontext()
        with lock, self._signals.noted():
            checkpoints = Checkpoints(self.directory, workers)
            self._pending = checkpoints.newest()
            run = RunState(call, [c for c in callbacks if c is not self])
            start = run.start(self._pending)
            self._run = run
            every = self.every_steps, self.every_seconds
            self._saving = Saving(checkpoints, workers, self._signals, *every)
            try:
                yield start
            except StartError as error:
                raise ResumeError(str(error)) from error
            finally:
                self._run = self._pending = self._boundary = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Begins to count steps and seconds."""
        if self._run is None:
            raise ValueError(
                "`ExactResume` needs a `fit` that can start in the middle of a run. "
                f"Received: a {type(self.model).__name__} that Keras' own `fit` "
                "trains. Use a model of `keras_mlp`, or put "
                "`keras_mlp.training.TapeTrainer` before `keras.Model`. If it is one "
                "already, other software, such as an auto-logger, has replaced "
                "`keras.Model.fit`: switch that off."
            )
        self._at = Start()
        self._began = False
        self._saving.begin()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Restores the state, the first time, and saves that of a new epoch."""
        if self._pending is not None:
            self._restore()
        else:
            self._at = Start(epoch=epoch)
        assert self._run is not None
        if not self.model.built:
            # The data do not tell what to build it for: the first step does.
            self._began = True
            return
        if not self._run.data.restorable:
            self._boundary = self._state()
        self._saving.save_if_due(self._state, between_epochs=self._began)
        self._began = True

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Counts the steps of a group, and saves the state where it is time to."""
        assert self._run is not None
        data, step = self._run.data, batch + 1
        if data.batches is not None:
            step = min(step, data.batches)
        self._saving.count(step - self._at.step)
        # What ended the epoch here might not do so again.
        trained = step == data.batches or self.model.stop_training
        self._at = dataclasses.replace(
            self._at, step=step, trained=trained, logs=dict(logs or {})
        )
        if trained or (data.restorable and step + 1 != data.batches):
            # Not before the last batch: it may not be full, and a program that begins
            # with such a one is not that of a run that was never stopped.
            self._saving.save_if_due(self._state)
        elif not data.restorable:
            self._saving.stop_if_asked(self._boundary)

    def on_test_begin(self, logs: Any = None) -> None:
        """Keeps the state before a validation, which begins with empty metrics."""
        if self._run is None:
            return
        self._at = dataclasses.replace(self._at, trained=True)
        self._boundary = self._state()
        self._saving.save_if_due(self._state)

    def on_test_end(self, logs: Any = None) -> None:
        """Lets go of the state before the validation."""
        if self._run is not None and self._run.data.restorable:
            self._boundary = None

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Saves the state before the validation, where a signal asks to stop."""
        if self._run is not None:
            self._saving.stop_if_asked(self._boundary)

    def on_train_end(self, logs: Any = None) -> None:
        """Saves the state of a complete run, or restores it."""
        if self._pending is not None:
            self._restore()
        elif self._began:
            self._at = Start(epoch=self._at.epoch + 1, logs=self._at.logs)
            self._saving.end(self._state(complete=True))

    def _state(self, complete: bool = False) -> EncodedState:
        assert self._run is not None
        return self._run.take(self.model, self._at, complete)

    def _restore(self) -> None:
        assert self._run is not None
        assert self._pending is not None
        saved, self._pending = self._pending, None
        self._at = self._run.put_back(self.model, saved)
