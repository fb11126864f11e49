"""Schedules that last as long as a `fit` does."""

from collections.abc import Iterator
from typing import Any

import keras

from keras_mlp.layers import ScheduledDropout
from keras_mlp.optimizers import ParameterGroups
from keras_mlp.optimizers.optimizer_wrapper import innermost
from keras_mlp.optimizers.schedules import TrainingSchedule
from keras_mlp.training.call import Call


def begin_schedules(model: keras.Model, call: Call) -> None:
    """Tells schedules that do not know their number of steps what `fit` will take.

    Args:
        model: A compiled model.
        call: What `fit` was asked for.

    Raises:
        ValueError: If nobody knows how many steps an epoch has.
    """
    batches = call.batches
    for schedule, step in _schedules(model):
        if not isinstance(schedule, TrainingSchedule) or schedule.total_steps:
            continue
        if batches is None:
            raise ValueError(
                f"Argument `total_steps` of {type(schedule).__name__} must be a number "
                "if the number of batches is unknown. Received: total_steps=None, and "
                "data of unknown length. Pass it, or pass `steps_per_epoch` to `fit`."
            )
        # A `fit` with an `initial_epoch` goes on with the training before.
        first = int(keras.ops.convert_to_numpy(step)) - call.initial_epoch * batches
        schedule.begin(first, call.epochs * batches)


def _schedules(model: keras.Model) -> Iterator[tuple[Any, Any]]:
    """Yields what may be schedules, each with the number of steps that were taken."""
    for layer in model._flatten_layers():
        if isinstance(layer, ScheduledDropout):
            yield layer.rate, layer.step
    optimizer = model.optimizer
    inner = innermost(optimizer)
    if isinstance(inner, keras.Optimizer):
        yield inner._learning_rate, inner._iterations
    while optimizer is not inner:
        if isinstance(optimizer, ParameterGroups):
            for group in optimizer.groups:
                for factor in group.values():
                    yield factor, inner._iterations
        optimizer = optimizer.inner_optimizer
