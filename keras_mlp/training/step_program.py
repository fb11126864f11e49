"""A program that takes a step on each of several batches."""

import logging
from typing import Any

import tensorflow as tf

from keras_mlp.training.step_guard import StepGuard

# On a CPU, XLA's kernels for convolutions are many times slower than TensorFlow's: a
# step of the documented convolutional autoencoder takes 70 times as long. And it draws
# other random numbers from the same seed: a network with dropout would not get the
# weights that it gets without XLA.
_NOT_FOR_XLA = ("Conv", "DepthwiseConv", "StatelessRandomGet")

# XLA saves on starting operations and on updating weights, and its matrix products are
# slower. From this batch size on the products weigh more: see docs/performance.md.
_LARGE_BATCH = 1024

_logger = logging.getLogger("keras_mlp")


class StepProgram:
    """Takes a step on each of several batches of one size, in one program.

    Args:
        traced: The step, a concrete function of a batch.
        spec: Shapes and dtypes of a batch, as `batch_spec` returns them.
        xla: Whether the program is compiled by XLA. `"auto"` leaves out what XLA is
            slower with on a CPU, batches of at least 1,024 examples and convolutions,
            and what it would give other results for, random numbers. Where XLA cannot
            compile the program, TensorFlow's executor takes over, which is logged.
        guard: What watches the steps. Defaults to nothing.
    """

    def __init__(
        self,
        traced: Any,
        spec: Any,
        xla: bool | str,
        guard: StepGuard | None = None,
    ) -> None:
        self._traced = traced
        self._guard = guard
        logs = traced.structured_outputs
        self._stops = (
            guard is not None
            and guard.stops
            and isinstance(logs, dict)
            and "loss" in logs
        )
        self._xla = _suits_xla(traced, spec) if xla == "auto" else bool(xla)
        self._may_fall_back = self._xla and xla == "auto"
        # A concrete function, traced when there is something to trace it with:
        # TensorFlow would take one `tf.function` for each model for needless tracing,
        # and warn.
        self._program: Any = None

    def __call__(self, stacks: Any, count: Any) -> Any:
        """Takes a step on each of the first `count` of the stacked batches.

        Args:
            stacks: Batches, stacked along a new first axis. Their number is the same
                in all calls.
            count: Integer tensor, at least 1.

        Returns:
            What the last step returned.
        """
        if self._guard is None:
            return self._run(stacks, count)[0]
        return self._guard.take(
            lambda steps: self._run(stacks, tf.constant(steps, tf.int32)),
            int(count),
            stacks,
            xla=self._xla,
        )

    def _run(self, stacks: Any, count: Any) -> tuple[Any, Any]:
        """Returns the logs, and the number of steps that were taken."""
        if self._program is None:
            self._program = self._trace(stacks, count)
        if not self._may_fall_back:
            return self._program(stacks, count)
        self._may_fall_back = False
        try:
            return self._program(stacks, count)
        except tf.errors.OpError as error:
            # Nothing has run: XLA compiles a program before it starts it. If it is not
            # XLA that is at fault, the same error comes again here.
            self._xla = False
            self._program = self._trace(stacks, count)
            logs = self._program(stacks, count)
            _logger.warning(
                "XLA cannot compile this model, so it runs without: %s",
                (error.message or str(error)).splitlines()[0],
            )
            return logs

    def _trace(self, stacks: Any, count: Any) -> Any:
        function = tf.function(self._loop, autograph=False, jit_compile=self._xla)
        return function.get_concrete_function(stacks, count)

    def _loop(self, stacks: Any, count: Any) -> Any:
        def step(index: Any, _: Any) -> Any:
            batch = tf.nest.map_structure(lambda stack: stack[index], stacks)
            return index + 1, self._traced(batch)

        def goes_on(index: Any, logs: Any) -> Any:
            more = index < count
            if not self._stops:
                return more
            return tf.logical_and(more, tf.math.is_finite(logs["loss"]))

        nothing = tf.nest.map_structure(
            lambda output: tf.zeros(output.shape, output.dtype),
            self._traced.structured_outputs,
        )
        taken, logs = tf.while_loop(
            goes_on, step, (tf.constant(0), nothing), parallel_iterations=1
        )
        return logs, taken


def batch_spec(batch: Any) -> Any:
    """Returns the shapes and dtypes of a batch, `None` if it cannot be stacked.

    Args:
        batch: A structure of tensors.
    """
    for leaf in tf.nest.flatten(batch):
        if not isinstance(leaf, tf.Tensor) or not (
            leaf.dtype.is_floating or leaf.dtype.is_integer or leaf.dtype.is_bool
        ):
            return None
    return tf.nest.map_structure(tf.TensorSpec.from_tensor, batch)


def can_be_looped(traced: Any) -> bool:
    """Returns whether a loop can carry what a step returns: it needs to know shapes.

    Args:
        traced: The step, a concrete function of a batch.
    """
    outputs = tf.nest.flatten(traced.structured_outputs)
    return all(output.shape.is_fully_defined() for output in outputs)


def announce_single_steps() -> None:
    """Logs why steps are taken one by one."""
    _logger.warning(
        "Strings, sparse and ragged tensors do not go into a program of many steps: "
        "each step is one of its own."
    )


def _suits_xla(traced: Any, spec: Any) -> bool:
    shape = tf.nest.flatten(spec)[0].shape
    if shape.rank and shape[0] >= _LARGE_BATCH:
        return False
    definition = traced.graph.as_graph_def()
    bodies = [definition.node, *(f.node_def for f in definition.library.function)]
    return not any(node.op.startswith(_NOT_FOR_XLA) for body in bodies for node in body)
