"""Which callbacks do something at each batch."""

from typing import Any

import keras

# Hooks of Keras that may as well hear of a group: a progress bar that moves from group
# to group, and what counts batches only where it saves after so many of them.
_MOVES = keras.callbacks.ProgbarLogger
_SAVES = (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore)


def each_callback(callbacks: Any) -> list[keras.callbacks.Callback]:
    """Returns the callbacks of a call, one by one.

    Args:
        callbacks: The argument `callbacks` of `fit`.
    """
    return keras.tree.flatten(getattr(callbacks, "callbacks", callbacks) or [])


def listens(callbacks: Any, phase: str) -> bool:
    """Returns whether a callback is to be told of each batch, and not of groups.

    Asked before each group, since hooks can be set while a model is trained. A callback
    with a true attribute `hears_groups` may be told of groups.

    Args:
        callbacks: The argument `callbacks` of `fit`, or the list made of it.
        phase: `"train"`, `"test"` or `"predict"`.
    """
    if isinstance(callbacks, keras.callbacks.CallbackList):
        # Made by the caller, who may call its hooks, or a subclass.
        return True
    return any(listens_alone(callback, phase) for callback in each_callback(callbacks))


def hears_later(callbacks: Any) -> bool:
    """Returns whether callbacks may hear of an epoch when others have followed.

    Keras' `EarlyStopping` may, since it reads the logs and the weights alone, which are
    put back meanwhile. A class of callbacks with an attribute `hears_later` of its own
    may, but not a subclass of it. If it reads more of the model than its weights, such
    as the optimizer, it has an attribute `reads = "state"`.

    Args:
        callbacks: The argument `callbacks` of `fit`.
    """
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return False
    return all(map(_hears_later, each_callback(callbacks)))


def read_after_epochs(callbacks: Any) -> str:
    """Returns what callbacks that hear later may read of the model after an epoch.

    Args:
        callbacks: The argument `callbacks` of `fit`.

    Returns:
        `"nothing"`, `"weights"`, or `"state"`: all that training changes.
    """
    kinds = ["nothing", "weights", "state"]
    return max(map(_reads, each_callback(callbacks)), key=kinds.index, default=kinds[0])


def listens_now(callbacks: keras.callbacks.CallbackList, phase: str) -> bool:
    """Returns whether a callback of a list has come to listen to each batch.

    Args:
        callbacks: The list that was made for a call.
        phase: `"train"`, `"test"` or `"predict"`.
    """
    return any(listens_alone(callback, phase) for callback in callbacks.callbacks)


def listens_alone(callback: keras.callbacks.Callback, phase: str) -> bool:
    """Returns whether one callback is to be told of each batch.

    Args:
        callback: The callback.
        phase: `"train"`, `"test"` or `"predict"`.
    """
    if getattr(callback, "hears_groups", False):
        return False
    hooks = [f"on_{phase}_batch_begin", f"on_{phase}_batch_end"]
    if phase == "train":
        hooks += ["on_batch_begin", "on_batch_end"]
    return any(_does_something(callback, hook) for hook in hooks)


def _does_something(callback: keras.callbacks.Callback, hook: str) -> bool:
    method = getattr(callback, hook)
    # `LambdaCallback`, and whoever sets a hook, puts a function in the method's place.
    function = getattr(method, "__func__", method)
    idle = [keras.callbacks.Callback, _MOVES]
    if getattr(callback, "save_freq", None) in ("epoch", False):
        idle += _SAVES
    # A subclass that overrides the hook is another function.
    return all(function is not getattr(one, hook) for one in idle)


def _reads(callback: keras.callbacks.Callback) -> str:
    if type(callback) is keras.callbacks.EarlyStopping:
        return "weights" if callback.restore_best_weights else "nothing"
    return getattr(callback, "reads", "weights")


def _hears_later(callback: keras.callbacks.Callback) -> bool:
    kind = type(callback)
    known = kind is keras.callbacks.EarlyStopping or "hears_later" in vars(kind)
    # A hook that was set is a function of the caller's.
    return known and not any(name.startswith("on_") for name in vars(callback))
