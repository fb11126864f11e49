"""What callbacks remember from epoch to epoch."""

import logging
from collections import defaultdict
from typing import Any

import keras

_logger = logging.getLogger("keras_mlp")

# The attributes that Keras' own change while a model is trained.
ATTRIBUTES: dict[type, tuple[str, ...]] = {
    keras.callbacks.EarlyStopping: (
        "best",
        "best_epoch",
        "best_weights",
        "stopped_epoch",
        "wait",
    ),
    keras.callbacks.ReduceLROnPlateau: ("best", "cooldown_counter", "wait"),
    keras.callbacks.ModelCheckpoint: (
        "best",
        "_batches_seen_since_last_saving",
        "_last_batch_seen",
    ),
    keras.callbacks.History: ("epoch", "history"),
}


def callback_states(callbacks: list[keras.callbacks.Callback]) -> list[dict[str, Any]]:
    """Returns the states of those callbacks that have one.

    Args:
        callbacks: All callbacks of a call of `fit`.
    """
    states = [
        {"name": type(callback).__name__, "state": _get(callback)}
        for callback in callbacks
        if _has_state(callback)
    ]
    return states


def set_callback_states(
    callbacks: list[keras.callbacks.Callback], states: list[dict[str, Any]]
) -> None:
    """Gives callbacks the states that `callback_states` returned.

    They are matched by the name of their class, and in order where several have one.
    Callbacks that were not there before are left as they are, which is logged.

    Args:
        callbacks: All callbacks of a call of `fit`.
        states: What `callback_states` returned.
    """
    saved: dict[str, list[Any]] = defaultdict(list)
    for state in states:
        saved[state["name"]].append(state["state"])
    for callback in filter(_has_state, callbacks):
        name = type(callback).__name__
        if saved[name]:
            _set(callback, saved[name].pop(0))
        else:
            _logger.warning(
                "%s has no saved state: it starts from the beginning.", name
            )
    for name in (name for name, left in saved.items() if left):
        _logger.warning("%s has a saved state and is not among the callbacks.", name)


def _has_state(callback: keras.callbacks.Callback) -> bool:
    return hasattr(callback, "get_state") or isinstance(callback, tuple(ATTRIBUTES))


def _attributes(callback: keras.callbacks.Callback) -> tuple[str, ...]:
    return next(
        names for kind, names in ATTRIBUTES.items() if isinstance(callback, kind)
    )


def _get(callback: keras.callbacks.Callback) -> Any:
    if hasattr(callback, "get_state"):
        return callback.get_state()
    return {name: getattr(callback, name) for name in _attributes(callback)}


def _set(callback: keras.callbacks.Callback, state: Any) -> None:
    if hasattr(callback, "get_state"):
        callback.set_state(state)
        return
    for name, value in state.items():
        setattr(callback, name, value)
