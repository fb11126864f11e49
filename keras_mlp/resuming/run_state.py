"""The state of a run: taken between two groups of steps, checked, and put back."""

import functools
import logging
from pathlib import Path
from typing import Any

import keras

from keras_mlp.resuming.callback_states import callback_states, set_callback_states
from keras_mlp.resuming.checkpoint_file import EncodedState, encode
from keras_mlp.resuming.errors import ResumeError
from keras_mlp.resuming.model_state import (
    model_state,
    random_state,
    set_model_state,
    set_random_state,
)
from keras_mlp.resuming.position import DataPosition
from keras_mlp.training.call import Call, Start
from keras_mlp.version import versions

_logger = logging.getLogger("keras_mlp")


class RunState:
    """Takes the state of a run, and puts one back.

    Args:
        call: What `fit` was asked for.
        callbacks: Those whose states are part of it. Keras' `History` need not be among
            them.

    Attributes:
        data: Where the run is in its data.
    """

    def __init__(self, call: Call, callbacks: list[keras.callbacks.Callback]) -> None:
        self.data = DataPosition(
            call.x, call.validation_data, call.batches, call.whole_epochs
        )
        self._epochs = call.epochs
        self._callbacks = callbacks

    def take(
        self, model: keras.Model, at: Start, complete: bool = False
    ) -> EncodedState:
        """Returns the state that the run is in.

        Args:
            model: The model that is trained.
            at: Where in the run it is.
            complete: Whether that is its end.
        """
        state = {
            "versions": these_versions(),
            "position": {"epoch": at.epoch, "step": at.step, "trained": at.trained},
            "complete": complete,
            "epochs": self._epochs,
            "stop_training": bool(model.stop_training),
            "logs": at.logs or {},
            "data": self.data.state(),
            "variables": model_state(model),
            "random": random_state(),
            "callbacks": callback_states(self._with_history(model)),
        }
        return encode(state)

    def start(self, saved: tuple[Path, dict[str, Any]] | None) -> Start:
        """Returns where `fit` must begin, after checking whether it can continue.

        Args:
            saved: A state that `take` returned, as it was read, and the file that it is
                from; `None` where there is none.

        Raises:
            ResumeError: If the data are others, or the epochs are fewer than were
                trained.
        """
        start = Start() if saved is None else self._start_of(*saved)
        if not self.data.restorable and self.data.batches != 1:
            _logger.warning(
                "The position in these data cannot be restored: a run that is stopped "
                "continues from the beginning of the epoch. Data from "
                "`keras_mlp.data.load` have a position, unless `steps_per_epoch` is "
                "used."
            )
        return start

    def put_back(self, model: keras.Model, saved: tuple[Path, dict[str, Any]]) -> Start:
        """Gives the model, the data, the callbacks and all else a state.

        Args:
            model: The model that is trained.
            saved: A state that `take` returned, as it was read, and the file that it is
                from.

        Returns:
            Where in the run the state was taken.

        Raises:
            ResumeError: If the model is another one.
        """
        path, state = saved
        start = _start(state)
        set_model_state(model, state["variables"], str(path))
        if start.epoch < self._epochs and not (start.step or start.trained):
            # A complete run that goes on: its metrics are those of its last epoch.
            model.reset_metrics()
        set_callback_states(self._with_history(model), state["callbacks"])
        self.data.go_to(state["data"], start)
        if not state["complete"]:
            model.stop_training = state["stop_training"]
        # Last: nothing above is to change it.
        set_random_state(state["random"])
        return start

    def _start_of(self, path: Path, state: dict[str, Any]) -> Start:
        self.data.check(state["data"], str(path))
        _tell_of_other_versions(state["versions"])
        start = _start(state)
        if state["complete"] and state["stop_training"]:
            # It ended before its last epoch, and is not to go on.
            return Start(epoch=self._epochs)
        if start.epoch >= self._epochs and not state["complete"]:
            raise ResumeError(
                "Argument `epochs` must be those of the run that is resumed. "
                f"Received: epochs={self._epochs}, and a state in epoch "
                f"{start.epoch + 1}. Pass at least as many."
            )
        return start

    def _with_history(self, model: keras.Model) -> list[keras.callbacks.Callback]:
        # `fit` adds one where there is none.
        history = getattr(model, "history", None)
        if not isinstance(history, keras.callbacks.History):
            return self._callbacks
        return [*(c for c in self._callbacks if c is not history), history]


@functools.cache
def these_versions() -> dict[str, str]:
    """Returns the versions of everything that a result depends on; asked for once."""
    return versions()


def _start(state: dict[str, Any]) -> Start:
    return Start(**state["position"], logs=state["logs"] or None)


def _tell_of_other_versions(saved: dict[str, str]) -> None:
    for name, version in these_versions().items():
        if saved.get(name) != version:
            _logger.warning(
                "The run was begun with %s %s and goes on with %s: results may differ "
                "in their last bits.",
                name,
                saved.get(name),
                version,
            )
