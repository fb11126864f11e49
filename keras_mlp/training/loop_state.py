"""What a model remembers of how its steps are taken."""

import dataclasses
from collections.abc import Callable
from typing import Any

Preprocess = Callable[..., Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """How the steps of a call of `fit`, `evaluate` or `predict` are taken.

    Args:
        xla: Whether XLA may pay.
        preprocess: For each phase, what is done to its batches inside the program.
        batch_size: Examples in a step, where several batches come as one.
    """

    xla: bool = False
    batch_size: int | None = None
    preprocess: dict[str, Preprocess | None] = dataclasses.field(default_factory=dict)


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
