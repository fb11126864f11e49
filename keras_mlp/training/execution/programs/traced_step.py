"""A step, traced for the shapes of its batches."""

import threading
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.training.planning.xla_operations import operations_of


class TracedStep:
    """A step that is traced once for batches of one specification.

    Traced for the data set's own shapes, in which the size of a batch is often open,
    rather than for those of one batch: Keras' `CompileLoss` weights its means
    differently for the two.

    Args:
        step: Function of a batch, such as `model.train_step`. It returns logs, in any
            structure of tensors.
        spec: Shapes and dtypes of a batch.
        jit_compile: Whether it is compiled by XLA. Defaults to `False`.
    """

    def __init__(
        self, step: Callable[[Any], Any], spec: Any, jit_compile: bool = False
    ) -> None:
        self._function = tf.function(step, autograph=False, jit_compile=jit_compile)
        self._spec = spec
        self._traced: Any = None
        self._lock = threading.Lock()

    @property
    def traced(self) -> Any:
        """The concrete function. Tracing creates variables that are still missing."""
        if self._traced is None:
            with self._lock:
                if self._traced is None:
                    self._traced = self._function.get_concrete_function(self._spec)
        return self._traced

    def __call__(self, batch: Any) -> Any:
        """Returns what the step returns for a batch.

        Args:
            batch: A batch of tensors.
        """
        return self.traced(batch)

    @property
    def operations(self) -> frozenset[str]:
        """The kinds of operations in the step."""
        return operations_of(self.traced.graph)

    @property
    def has_loss(self) -> bool:
        """Whether the step returns a loss by this name."""
        logs = self.traced.structured_outputs
        return isinstance(logs, dict) and "loss" in logs

    def nothing(self) -> Any:
        """Returns zeros in place of what the step returns, before there is any."""
        return tf.nest.map_structure(
            lambda output: tf.zeros(output.shape, output.dtype),
            self.traced.structured_outputs,
        )

    @property
    def can_be_looped(self) -> bool:
        """Whether a loop can carry what the step returns: it needs to know shapes."""
        outputs = tf.nest.flatten(self.traced.structured_outputs)
        return all(output.shape.is_fully_defined() for output in outputs)
