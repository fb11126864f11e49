"""Many steps in one program."""

import logging
import weakref
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.training.execution import MOST_BYTES

# On a CPU, XLA's kernels for convolutions are many times slower than TensorFlow's: a
# step of the documented convolutional autoencoder takes 70 times as long. And it draws
# other random numbers from the same seed: a network with dropout would not get the
# weights that it gets without XLA.
_NOT_FOR_XLA = ("Conv", "DepthwiseConv", "StatelessRandomGet")

# XLA saves on starting operations and on updating weights, and its matrix products are
# slower. From this batch size on the products weigh more: see docs/performance.md.
_LARGE_BATCH = 1024

_logger = logging.getLogger("keras_mlp")


class CompiledLoop:
    """Takes steps on batches of an iterator, many of them in one program.

    Starting a program costs more than a step of a small network does. So batches are
    gathered and handed to a program that loops over them. Every batch is a step of its
    own, with the results that single calls give. Batches of another size than an
    iterator's first, such as a partial last one, are taken one by one, and so is what
    cannot be stacked: strings, sparse and ragged tensors.

    Args:
        step: Function of a batch, such as `model.train_step`. It returns logs, in any
            structure of tensors.
        xla: Whether the program is compiled by XLA, or run by TensorFlow's own
            executor. `"auto"` leaves out what XLA is slower with on a CPU, batches of
            at least 1,024 examples and convolutions, and what it would give other
            results for, random numbers. Where XLA cannot compile the program the
            executor takes over, which is logged.
        jit_compile: Whether single batches are compiled by XLA too.

    Example:

    ```python
    import tensorflow as tf
    import keras_mlp

    total = tf.Variable(0)
    loop = keras_mlp.training.CompiledLoop(lambda batch: total.assign_add(batch))
    iterator = iter(tf.data.Dataset.range(10, output_type="int32"))
    assert int(loop(iterator, steps=4)) == 0 + 1 + 2 + 3
    assert int(loop(iterator, steps=100)) == sum(range(10))
    ```
    """

    def __init__(
        self,
        step: Callable[[Any], Any],
        xla: bool | str = False,
        jit_compile: bool = False,
    ) -> None:
        self.xla = xla
        self._step = tf.function(step, autograph=False, jit_compile=jit_compile)
        self._chunks: dict[Any, _Chunk] = {}
        # What is being read: an iterator, the step traced for its batches, the batch
        # that comes next and what takes many such batches, if anything does.
        self._iterator: Callable[[], Any] = lambda: None
        self._traced: Any = None
        self._next: Any = None
        self._chunk: _Chunk | None = None

    def __call__(self, iterator: Any, steps: int) -> Any:
        """Takes up to so many steps, fewer where the data end.

        Args:
            iterator: A `tf.data` iterator. One more batch than there are steps may be
                drawn from it; the next call with the same iterator begins with that.
            steps: The number of steps.

        Returns:
            What the last step returned.

        Raises:
            StopIteration: If there is no batch left.
        """
        if self._iterator() is not iterator:
            self._begin(iterator, steps)
        if not self._next.has_value():
            raise StopIteration
        while steps:
            taken = 0
            if self._chunk is not None:
                stacks, count, self._next = self._chunk.gather(
                    iterator, self._next, tf.constant(steps)
                )
                taken = int(count)
                if taken:
                    logs = self._chunk.run(stacks, count)
                    steps -= taken
            if steps and (self._chunk is None or taken < self._chunk.size):
                # The data end here, or a batch of another size follows.
                if not self._next.has_value():
                    break
                logs = self._traced(self._next.get_value())
                self._next = iterator.get_next_as_optional()
                steps -= 1
        return logs

    def _begin(self, iterator: Any, steps: int) -> None:
        self._iterator = weakref.ref(iterator)
        self._next = iterator.get_next_as_optional()
        self._chunk = None
        if not self._next.has_value():
            return
        # Traced for the data set's own shapes, in which the size of a batch is often
        # open, rather than for those of one batch. Keras' `CompileLoss` weights its
        # means differently for the two. This creates variables that are still missing.
        self._traced = self._step.get_concrete_function(iterator.element_spec)
        # A set whose batches differ in size begins with full ones.
        spec = batch_spec(self._next.get_value())
        if spec is None:
            if self.xla:
                _logger.warning(
                    "Strings, sparse and ragged tensors do not go into a program of "
                    "many steps: each step is one of its own."
                )
            return
        size = sum(
            leaf.shape.num_elements() * leaf.dtype.size
            for leaf in tf.nest.flatten(spec)
        )
        chunk_size = min(steps, MOST_BYTES // max(1, size))
        outputs = tf.nest.flatten(self._traced.structured_outputs)
        # A loop in a program needs to know what it carries from step to step.
        if chunk_size < 2 or not all(
            output.shape.is_fully_defined() for output in outputs
        ):
            return
        # Structures of specifications, dictionaries among them, are not hashable.
        key = (repr(spec), repr(iterator.element_spec), chunk_size)
        if key not in self._chunks:
            self._chunks[key] = _Chunk(self._traced, spec, chunk_size, self.xla)
        self._chunk = self._chunks[key]


class _Chunk:
    """Gathers and runs batches of one size."""

    def __init__(self, traced: Any, spec: Any, size: int, xla: bool | str) -> None:
        self.size = size
        self._traced = traced
        self._spec = spec
        self._xla = _suits_xla(traced, spec) if xla == "auto" else bool(xla)
        self._may_fall_back = self._xla and xla == "auto"
        # Concrete functions, traced when there is something to trace them with:
        # TensorFlow would take one `tf.function` for each model for needless tracing,
        # and warn.
        self._gather: Any = None
        self._program: Any = None

    def gather(self, iterator: Any, optional: Any, limit: Any) -> Any:
        """Returns stacked batches, how many there are, and the batch after them."""
        if self._gather is None:
            function = tf.function(self._gather_up_to, autograph=False)
            self._gather = function.get_concrete_function(iterator, optional, limit)
        return self._gather(iterator, optional, limit)

    def _gather_up_to(self, iterator: Any, optional: Any, limit: Any) -> Any:
        specs = tf.nest.flatten(self._spec)
        limit = tf.minimum(limit, self.size)
        arrays = [
            tf.TensorArray(spec.dtype, self.size, element_shape=spec.shape)
            for spec in specs
        ]

        def fits(count: Any, optional: Any, arrays: Any) -> Any:
            return tf.logical_and(count < limit, self._has_full_batch(optional))

        def take(count: Any, optional: Any, arrays: Any) -> Any:
            leaves = tf.nest.flatten(optional.get_value())
            written = [
                array.write(count, tf.ensure_shape(leaf, spec.shape))
                for array, leaf, spec in zip(arrays, leaves, specs, strict=True)
            ]
            return count + 1, iterator.get_next_as_optional(), written

        count, optional, arrays = tf.while_loop(
            fits, take, (tf.constant(0), optional, arrays), parallel_iterations=1
        )
        # Places that no batch was written to are zeros, and no step is taken on them.
        stacks = [array.stack() for array in arrays]
        return tf.nest.pack_sequence_as(self._spec, stacks), count, optional

    def _has_full_batch(self, optional: Any) -> Any:
        def is_full() -> Any:
            leaves = tf.nest.flatten(optional.get_value())
            same = [
                tf.reduce_all(tf.equal(tf.shape(leaf), spec.shape))
                for leaf, spec in zip(leaves, tf.nest.flatten(self._spec), strict=True)
                if not leaf.shape.is_fully_defined()
            ]
            return tf.reduce_all(same)

        return tf.cond(optional.has_value(), is_full, lambda: tf.constant(False))

    def run(self, stacks: Any, count: Any) -> Any:
        """Takes a step on each of the first `count` of the stacked batches."""
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

        nothing = tf.nest.map_structure(
            lambda output: tf.zeros(output.shape, output.dtype),
            self._traced.structured_outputs,
        )
        return tf.while_loop(
            lambda index, _: index < count,
            step,
            (tf.constant(0), nothing),
            parallel_iterations=1,
        )[1]


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


def _suits_xla(traced: Any, spec: Any) -> bool:
    shape = tf.nest.flatten(spec)[0].shape
    if shape.rank and shape[0] >= _LARGE_BATCH:
        return False
    definition = traced.graph.as_graph_def()
    bodies = [definition.node, *(f.node_def for f in definition.library.function)]
    return not any(node.op.startswith(_NOT_FOR_XLA) for body in bodies for node in body)
