"""A program that takes a step on each of several batches."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.training.execution.programs.compiled_program import CompiledProgram
from keras_mlp.training.execution.programs.traced_step import TracedStep


class StepProgram:
    """Takes a step on each of several batches of one size, in one program.

    Args:
        step: The step.
        batch_at: Returns the batch of this number of what holds them.
        xla: Whether the program is compiled by XLA.
        may_fall_back: Whether TensorFlow's executor takes over where XLA cannot compile
            the program, which is logged.
        stops: Whether it ends with the first step whose loss is not finite.
    """

    def __init__(
        self,
        step: TracedStep,
        batch_at: Callable[[Any, Any], Any],
        xla: bool,
        may_fall_back: bool,
        stops: bool,
    ) -> None:
        self._step = step
        self._batch_at = batch_at
        self._stops = stops and step.has_loss
        self._program = CompiledProgram(self._loop, xla, may_fall_back)

    def __call__(self, held: Any, count: int) -> tuple[Any, int]:
        """Takes a step on each of the first `count` batches.

        Args:
            held: Tensors that hold the batches, of the same shapes in all calls.
            count: How many of them to take, at least 1.

        Returns:
            What the last step returned, and the number of steps that were taken.
        """
        logs, taken = self._program(held, tf.constant(count))
        return logs, int(taken) if self._stops else count

    def _loop(self, held: Any, count: Any) -> Any:
        return steps_in_graph(self._step, self._batch_at, held, count, self._stops)


def steps_in_graph(
    step: TracedStep,
    batch_at: Callable[[Any, Any], Any],
    held: Any,
    count: Any,
    stops: bool,
) -> tuple[Any, Any]:
    """Takes steps in a loop of the program that is being traced.

    Args:
        step: The step.
        batch_at: Returns the batch of this number of what holds them.
        held: Tensors that hold the batches.
        count: How many of them to take, at least 1: an integer tensor.
        stops: Whether to end with the first step whose loss is not finite.

    Returns:
        What the last step returned, and the number of steps that were taken.
    """

    def take(index: Any, _: Any) -> Any:
        return index + 1, step.traced(batch_at(held, index))

    def goes_on(index: Any, logs: Any) -> Any:
        more = index < count
        if not stops:
            return more
        return tf.logical_and(more, tf.math.is_finite(logs["loss"]))

    taken, logs = tf.while_loop(
        goes_on, take, (tf.constant(0), step.nothing()), parallel_iterations=1
    )
    return logs, taken
