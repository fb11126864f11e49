"""What a model remembers of how its steps are taken."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from keras_mlp.training.feed import Feed


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
        self.steps_per_execution: int | str = "auto"
        self.jit_compile: bool | str = "auto"
        self.run: Run | None = None
        self.functions: dict[str, dict[Any, Callable]] = {
            "train": {},
            "test": {},
            "predict": {},
        }
