"""What a model remembers of how its steps are taken."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from keras_mlp.training.feed import Feed
from keras_mlp.training.model_remains import count_when_gone
from keras_mlp.training.step_guard import StepGuard


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """How the steps of a call of `fit`, `evaluate` or `predict` are taken.

    Args:
        xla: Whether XLA may pay.
        feeds: For each phase, how its batches arrive.
        strategy: On whose replicas the steps are taken, if on any.
    """

    xla: bool = False
    feeds: Mapping[str, Feed]
    strategy: tf.distribute.Strategy | None = None


class LoopState:
    """What the mixin remembers, in an object that Keras does not look into."""

    def __init__(self) -> None:
        count_when_gone(self)
        self.steps_per_execution: int | str = "auto"
        self.jit_compile: bool | str = "auto"
        self.check_inputs = True
        self.run: Run | None = None
        # What watches the steps of each phase of a call.
        self.guards: Mapping[str, StepGuard] = {}
        # All that there are, by their keys: functions hold on to them.
        self.known_guards: dict[Any, StepGuard] = {}
        # Symbolic outputs, by the shapes and dtypes of inputs.
        self.outputs: dict[str, Any] = {}
        self.functions: dict[str, dict[Any, Callable]] = {
            "train": {},
            "test": {},
            "predict": {},
        }
