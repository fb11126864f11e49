"""What `fit` does for networks that are trained as published."""

from collections.abc import Callable
from typing import Any

import keras

from keras_mlp.training.planning.listening import each_callback


def not_adapted(model: keras.Model) -> ValueError:
    """Returns the error that a model does not know its data yet.

    Args:
        model: The model, which has a method `adapt`.
    """
    return ValueError(
        f"Model '{model.name}' must be adapted to the training data before it "
        "is trained. Received: a call of `fit` without one of `adapt`. Call "
        "`model.adapt(x, y)` first."
    )


def with_default(
    callbacks: Any,
    kind: type[keras.callbacks.Callback],
    make: Callable[[], keras.callbacks.Callback],
) -> Any:
    """Returns callbacks with one of a kind among them.

    Args:
        callbacks: As a user passes them to `fit`. A `CallbackList` stays as it is.
        kind: A class of callbacks.
        make: Makes one, if the user has passed none.
    """
    given = each_callback(callbacks)
    if isinstance(callbacks, keras.callbacks.CallbackList) or any(
        isinstance(callback, kind) for callback in given
    ):
        return callbacks
    return [*given, make()]
