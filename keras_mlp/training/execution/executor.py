"""What takes the steps for a part of a group."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import tensorflow as tf

from keras_mlp.training.execution.outputs import concatenated
from keras_mlp.training.execution.programs.step_program import StepProgram
from keras_mlp.training.execution.programs.traced_step import TracedStep
from keras_mlp.training.feeding.parts import Chosen, Joined, Part, Single, Stacked


class Taken(NamedTuple):
    """What came of a part.

    Args:
        logs: What the last step returned; for predictions, the outputs.
        steps: Number of steps that were taken.
        stop: Whether no more are to be taken.
    """

    logs: Any
    steps: int
    stop: bool = False


class Executor(Protocol):
    """Takes the steps for a part of a group: a part in, logs out."""

    def __call__(self, part: Part) -> Taken:
        """Takes a step on each batch of a part."""


class StepExecutor:
    """Takes each step in a program, many in one where batches come together.

    Args:
        step: The step.
        program: Returns the program for batches with this key, made by the function
            where there is none yet.
        xla: Whether programs of many steps are compiled by XLA.
        may_fall_back: Whether TensorFlow takes over where XLA cannot.
        stops: Whether programs end with a loss that is not finite.
    """

    def __init__(
        self,
        step: TracedStep,
        program: Callable[[Any, Callable[[], Any]], Any],
        xla: bool = False,
        may_fall_back: bool = False,
        stops: bool = False,
    ) -> None:
        self._step = step
        self._program = program
        self._options = (xla, may_fall_back, stops)

    def __call__(self, part: Part) -> Taken:
        """Takes a step on each batch of a part."""
        if isinstance(part, Single):
            return Taken(self._step(part.batch), 1)
        assert isinstance(part, (Stacked, Chosen))
        if part.steps == 1 or not self._step.can_be_looped:
            for batch in part.batches:
                logs = self._step(batch)
            return Taken(logs, part.steps)
        shapes = tuple((leaf.shape, leaf.dtype) for leaf in tf.nest.flatten(part.held))
        program = self._program(
            (type(part), shapes),
            lambda: StepProgram(self._step, part.batch_at, *self._options),
        )
        return Taken(*program(part.held, part.steps))


class EagerExecutor:
    """Takes each step in Python, without a graph.

    Args:
        step: Function of a batch.
    """

    def __init__(self, step: Callable[[Any], Any]) -> None:
        self._step = step

    def __call__(self, part: Part) -> Taken:
        """Takes a step on a batch, or predicts for several."""
        if isinstance(part, Joined):
            outputs = [self._step(batch) for batch in part.batches]
            return Taken(concatenated(outputs), part.steps)
        assert isinstance(part, Single)
        return Taken(self._step(part.batch), 1)


class FunctionExecutor:
    """Takes each step in a program that is traced for whatever batch comes.

    Args:
        step: Function of a batch.
        jit_compile: Whether it is compiled by XLA.
    """

    def __init__(self, step: Callable[[Any], Any], jit_compile: bool) -> None:
        self._step = tf.function(
            step, autograph=False, reduce_retracing=True, jit_compile=jit_compile
        )

    def __call__(self, part: Part) -> Taken:
        """Takes a step on a batch."""
        assert isinstance(part, Single)
        return Taken(self._step(part.batch), 1)
