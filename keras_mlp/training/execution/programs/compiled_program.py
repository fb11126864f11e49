"""A function as one program, compiled by XLA where that is wanted and possible."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import tensorflow as tf

_logger = logging.getLogger("keras_mlp")


class CompiledProgram:
    """Runs a function of tensors as one program, made at the first call.

    Args:
        function: The function. Its arguments have the same shapes in all calls.
        xla: Whether the program is compiled by XLA.
        may_fall_back: Whether TensorFlow's executor takes over where XLA cannot compile
            the program, which is logged.
    """

    def __init__(
        self, function: Callable[..., Any], xla: bool, may_fall_back: bool
    ) -> None:
        self._function = function
        self._xla = xla
        self._may_fall_back = xla and may_fall_back
        # A concrete function, traced when there is something to trace it with:
        # TensorFlow would take one `tf.function` for each model for needless tracing,
        # and warn.
        self._program: Any = None
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:
        """Returns what the function returns.

        Args:
            *arguments: Tensors, in any structure.
        """
        if self._program is None or self._may_fall_back:
            with self._lock:
                if self._program is None:
                    self._program = self._trace(arguments)
                if self._may_fall_back:
                    return self._first_run(arguments)
        return self._program(*arguments)

    def _first_run(self, arguments: tuple) -> Any:
        self._may_fall_back = False
        try:
            return self._program(*arguments)
        except tf.errors.OpError as error:
            # Nothing has run: XLA compiles a program before it starts it. If it is not
            # XLA that is at fault, the same error comes again here.
            self._xla = False
            self._program = self._trace(arguments)
            outcome = self._program(*arguments)
            _logger.warning(
                "XLA cannot compile this model, so it runs without: %s",
                (error.message or str(error)).splitlines()[0],
            )
            return outcome

    def _trace(self, arguments: tuple) -> Any:
        function = tf.function(self._function, autograph=False, jit_compile=self._xla)
        return function.get_concrete_function(*arguments)
