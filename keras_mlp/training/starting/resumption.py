"""Where `fit` begins, as a callback that saves its state says."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.call import Call, Start
from keras_mlp.training.distributing.worker_group import WorkerGroup
from keras_mlp.training.errors import StartError
from keras_mlp.training.planning.listening import each_callback
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.starting.build import build_early


@contextlib.contextmanager
def resumption(
    model: keras.Model, call: Call, strategy: tf.distribute.Strategy | None
) -> Iterator[tuple[Start, Any]]:
    """Yields where `fit` begins, and its callbacks, the one that saves last.

    That is a callback with a method `session(call, callbacks, workers)`, a context
    manager that yields a `Start`: `keras_mlp.callbacks.ExactResume`.

    Args:
        model: The model. The state needs a place in it.
        call: What `fit` was asked for.
        strategy: That of the model.

    Raises:
        ValueError: If there are two such callbacks.
    """
    each = each_callback(call.callbacks)
    resuming = [callback for callback in each if hasattr(callback, "session")]
    if not resuming:
        yield Start(), call.callbacks
        return
    if len(resuming) > 1:
        raise ValueError(
            "Argument `callbacks` must hold one `ExactResume` at most. Received: "
            f"{len(resuming)}. Pass one of them."
        )
    [callback] = resuming
    ordered: Any = [*(other for other in each if other is not callback), callback]
    if isinstance(call.callbacks, keras.callbacks.CallbackList):
        call.callbacks.callbacks = ordered
        ordered = call.callbacks
    build_early(model, call, eager=True)
    with callback.session(call, each, WorkerGroup(strategy)) as start:
        yield start, ordered


def check_start(start: Start, plan: Plan) -> None:
    """Raises an error where a training would begin in the middle of a group.

    Args:
        start: Where it begins.
        plan: How its steps are taken.

    Raises:
        StartError: If it does.
    """
    if start.step % plan.group and not start.trained:
        raise StartError(
            "The groups of steps must end where the saved state was taken. Received: "
            f"groups of {plan.group} steps, and a state after {start.step}. Resume "
            "with the same callbacks and the same `steps_per_execution` as before."
        )
