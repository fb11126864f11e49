"""The groups of steps of one epoch, and the callbacks that hear of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras

from keras_mlp.training.call import Start
from keras_mlp.training.checking.arguments import no_data
from keras_mlp.training.execution.executor import Taken
from keras_mlp.training.planning.listening import listens_now
from keras_mlp.training.prepare import Prepared


class Hooks(NamedTuple):
    """Functions for groups: two hooks of the callbacks, and whether to stop."""

    begin: Callable[[int], None]
    end: Callable[[int, Any], None]
    stopped: Callable[[], bool]


def take_steps(
    run: Prepared,
    callbacks: keras.callbacks.CallbackList,
    hooks: Hooks,
    start: Start | None = None,
) -> Any:
    """Takes the steps of an epoch, and returns what the last one returned.

    Args:
        run: What takes the steps.
        callbacks: Who may want each batch by itself, from now on.
        hooks: What is called before and after each group.
        start: Where in the epoch it begins. Defaults to its first step.
    """
    plan, feed = run.plan, run.feed
    logs, first = None, start.step if start is not None else 0
    for begin in feed.epoch(first):
        hooks.begin(begin)
        most = plan.group
        if not plan.counts_groups:
            if most > 1 and (hooks.stopped() or listens_now(callbacks, plan.phase)):
                most = 1
            if feed.batches is not None:
                most = min(most, feed.batches - begin)
        taken: list[Taken] = []
        for part in feed.parts(most):
            taken.append(run.execute(part))
            if taken[-1].stop:
                break
        if not taken:
            feed.ran_out()
            break
        steps = most if plan.counts_groups else sum(each.steps for each in taken)
        logs = taken[-1].logs
        hooks.end(begin + steps - 1, logs)
        if hooks.stopped():
            break
    if logs is None and plan.check_inputs and not (first or feed.has_data):
        raise no_data()
    return logs


def callback_list(
    model: keras.Model, run: Prepared, callbacks: Any, **options: Any
) -> keras.callbacks.CallbackList:
    """Returns the callbacks of a call as the list that Keras makes of them.

    Args:
        model: What they are told about.
        run: The call.
        callbacks: As a user passes them.
        **options: For `keras.callbacks.CallbackList`.
    """
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks
    return keras.callbacks.CallbackList(
        callbacks,
        add_progbar=run.call.verbose != 0,
        verbose=run.call.verbose,
        epochs=run.call.epochs,
        steps=run.feed.batches,
        model=model,
        **options,
    )
