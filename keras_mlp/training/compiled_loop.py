"""Many steps in one program."""

import weakref
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.training.execution import MOST_BYTES
from keras_mlp.training.feed import Preprocess
from keras_mlp.training.step_guard import StepGuard
from keras_mlp.training.step_program import (
    StepProgram,
    announce_single_steps,
    batch_spec,
    can_be_looped,
)
from keras_mlp.training.value_checks import sum_of_numbers


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
        guard: What watches the steps. Defaults to nothing.
        preprocess: What the step does to a batch first, for the guard to know.

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
        guard: StepGuard | None = None,
        preprocess: Preprocess | None = None,
    ) -> None:
        self._guard = guard
        self._preprocess = preprocess
        self.xla = xla
        self._step = tf.function(step, autograph=False, jit_compile=jit_compile)
        self._programs: dict[Any, tuple[_Gathering, StepProgram]] = {}
        # What is being read: an iterator, the step traced for its batches, the batch
        # that comes next and what takes many such batches, if anything does.
        self._iterator: Callable[[], Any] = lambda: None
        self._traced: Any = None
        self._next: Any = None
        self._many: tuple[_Gathering, StepProgram] | None = None

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
            full = False
            if self._many is not None:
                gather, program = self._many
                stacks, count, self._next, right = gather(
                    iterator, self._next, tf.constant(steps)
                )
                taken = int(count)
                if taken:
                    if self._guard is not None:
                        self._guard.look_at_stacks(
                            stacks, taken, self._preprocess, bool(right)
                        )
                    logs = program(stacks, count)
                    steps -= taken
                full = taken == gather.size
            if steps and not full:
                # The data end here, or a batch of another size follows.
                if not self._next.has_value():
                    break
                logs = self._alone(self._next.get_value())
                self._next = iterator.get_next_as_optional()
                steps -= 1
        return logs

    def _alone(self, batch: Any) -> Any:
        if self._guard is None:
            return self._traced(batch)
        self._guard.look_at(batch, self._preprocess)
        # Taken again, it is the same, whatever is being read then.
        traced = self._traced
        return self._guard.take(lambda count: (traced(batch), count), 1, batch)

    def _begin(self, iterator: Any, steps: int) -> None:
        self._iterator = weakref.ref(iterator)
        self._next = iterator.get_next_as_optional()
        self._many = None
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
                announce_single_steps()
            return
        size = sum(
            leaf.shape.num_elements() * leaf.dtype.size
            for leaf in tf.nest.flatten(spec)
        )
        group = min(steps, MOST_BYTES // max(1, size))
        if group < 2 or not can_be_looped(self._traced):
            return
        # Structures of specifications, dictionaries among them, are not hashable.
        key = (repr(spec), repr(iterator.element_spec), group)
        if key not in self._programs:
            self._programs[key] = (
                _Gathering(spec, group, self._guard, self._preprocess),
                StepProgram(self._traced, spec, self.xla, self._guard),
            )
        self._many = self._programs[key]


class _Gathering:
    """Gathers batches of one size, and finds nearly all of them right.

    Args:
        spec: Of a batch.
        size: The most batches to gather.
        guard: What knows whether they are right, if anything does.
        preprocess: What the step does to a batch first.
    """

    def __init__(
        self,
        spec: Any,
        size: int,
        guard: StepGuard | None,
        preprocess: Preprocess | None,
    ) -> None:
        self.size = size
        self._spec = spec
        self._guard = guard if guard is not None and guard.reads else None
        self._preprocess = preprocess
        # A concrete function, for the reason that `StepProgram` has one.
        self._gather: Any = None

    def __call__(self, iterator: Any, optional: Any, limit: Any) -> Any:
        """Returns stacked batches, how many, the batch after, if they are right."""
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

        def fits(count: Any, optional: Any, arrays: Any, total: Any) -> Any:
            return tf.logical_and(count < limit, self._has_full_batch(optional))

        def take(count: Any, optional: Any, arrays: Any, total: Any) -> Any:
            leaves = tf.nest.flatten(optional.get_value())
            written = [
                array.write(count, tf.ensure_shape(leaf, spec.shape))
                for array, leaf, spec in zip(arrays, leaves, specs, strict=True)
            ]
            if self._guard is not None:
                # Here a batch is in the processor's cache. To read all once more, when
                # they are gathered, takes three times as long.
                total += sum_of_numbers(leaves)
            return count + 1, iterator.get_next_as_optional(), written, total

        count, optional, arrays, total = tf.while_loop(
            fits,
            take,
            (tf.constant(0), optional, arrays, tf.constant(0.0)),
            parallel_iterations=1,
        )
        # Places that no batch was written to are zeros, and no step is taken on them.
        stacks = tf.nest.pack_sequence_as(
            self._spec, [array.stack() for array in arrays]
        )
        right = tf.constant(False)
        if self._guard is not None:
            right = self._guard.are_right(stacks, self._preprocess, total)
        return stacks, count, optional, right

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
