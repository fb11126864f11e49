"""Values that are the same for all variables in one step of an optimizer."""

import contextlib
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import tensorflow as tf


class StepValues:
    """Computes once in a step what is the same for all variables.

    An optimizer updates one variable at a time. Where each computes a schedule anew, a
    step has hundreds of operations more, and takes longer to trace.
    """

    def __init__(self) -> None:
        # By the graph too: a tensor of the branch of a condition is not for another.
        self._values: dict[tuple[Any, Hashable], Any] | None = None

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """Begins a step; outside of it, nothing is kept."""
        before, self._values = self._values, {}
        try:
            yield
        finally:
            self._values = before

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Returns a value, computed at its first use in a step.

        Args:
            key: Tells values apart.
            make: Computes it.
        """
        if self._values is None:
            return make()
        graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
        known = (graph, key)
        if known not in self._values:
            self._values[known] = make()
        return self._values[known]
