"""A program that takes a step on each of several batches."""

import logging
import threading
from typing import Any

import tensorflow as tf

from keras_mlp.training.execution.traced_step import TracedStep

_logger = logging.getLogger("keras_mlp")


class StepProgram:
    """Takes a step on each of several batches of one size, in one program.

    Args:
        step: The step.
        xla: Whether the program is compiled by XLA.
        may_fall_back: Whether TensorFlow's executor takes over where XLA cannot compile
            the program, which is logged.
        stops: Whether it ends with the first step whose loss is not finite.
    """

    def __init__(
        self, step: TracedStep, xla: bool, may_fall_back: bool, stops: bool
    ) -> None:
        logs = step.traced.structured_outputs
        self._step = step
        self._stops = stops and isinstance(logs, dict) and "loss" in logs
        self._xla = xla
        self._may_fall_back = xla and may_fall_back
        # A concrete function, traced when there is something to trace it with:
        # TensorFlow would take one `tf.function` for each model for needless tracing,
        # and warn.
        self._program: Any = None
        self._lock = threading.Lock()

    def __call__(self, stacks: Any, count: int) -> tuple[Any, int]:
        """Takes a step on each of the first `count` of the stacked batches.

        Args:
            stacks: Batches, stacked along a new first axis. Their number is the same
                in all calls.
            count: How many of them to take, at least 1.

        Returns:
            What the last step returned, and the number of steps that were taken.
        """
        logs, taken = self._run(stacks, tf.constant(count))
        return logs, int(taken) if self._stops else count

    def _run(self, stacks: Any, count: Any) -> tuple[Any, Any]:
        if self._program is None or self._may_fall_back:
            with self._lock:
                if self._program is None:
                    self._program = self._trace(stacks, count)
                if self._may_fall_back:
                    return self._first_run(stacks, count)
        return self._program(stacks, count)

    def _first_run(self, stacks: Any, count: Any) -> tuple[Any, Any]:
        self._may_fall_back = False
        try:
            return self._program(stacks, count)
        except tf.errors.OpError as error:
            # Nothing has run: XLA compiles a program before it starts it. If it is not
            # XLA that is at fault, the same error comes again here.
            self._xla = False
            self._program = self._trace(stacks, count)
            outcome = self._program(stacks, count)
            _logger.warning(
                "XLA cannot compile this model, so it runs without: %s",
                (error.message or str(error)).splitlines()[0],
            )
            return outcome

    def _trace(self, stacks: Any, count: Any) -> Any:
        function = tf.function(self._loop, autograph=False, jit_compile=self._xla)
        return function.get_concrete_function(stacks, count)

    def _loop(self, stacks: Any, count: Any) -> Any:
        traced = self._step.traced

        def step(index: Any, _: Any) -> Any:
            batch = tf.nest.map_structure(lambda stack: stack[index], stacks)
            return index + 1, traced(batch)

        def goes_on(index: Any, logs: Any) -> Any:
            more = index < count
            if not self._stops:
                return more
            return tf.logical_and(more, tf.math.is_finite(logs["loss"]))

        nothing = tf.nest.map_structure(
            lambda output: tf.zeros(output.shape, output.dtype),
            traced.structured_outputs,
        )
        taken, logs = tf.while_loop(
            goes_on, step, (tf.constant(0), nothing), parallel_iterations=1
        )
        return logs, taken
