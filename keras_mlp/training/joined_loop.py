"""Many steps in one program, on batches that come joined."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.training.feed import Preprocess
from keras_mlp.training.step_guard import StepGuard
from keras_mlp.training.step_program import StepProgram, can_be_looped


class JoinedLoop:
    """Takes the steps for an element of a data set that joins many batches.

    A pipeline makes one element of 8,000 rows faster than it makes 60 of 128, and there
    is nothing to gather. Each element is cut into batches, and each batch is a step of
    its own, with the results that single calls give. Rows at the end that do not fill
    a batch are a batch of their own: only the last element of an epoch may have such.

    Args:
        step: Function of a batch, such as `model.train_step`. It returns logs, in any
            structure of tensors.
        batch_size: Examples in a batch.
        all_full: Whether all batches have that many. The step is then traced for this
            size, as it is by Keras, and otherwise for any. Defaults to `False`.
        xla: As for `keras_mlp.training.CompiledLoop`.
        jit_compile: Whether single batches are compiled by XLA too.
        joined: Number of batches in a full element, so that the program is the same
            where the data begin with the end of an epoch. Defaults to what the first
            element has.
        guard: What watches the steps. Defaults to nothing.
        preprocess: What the step does to a batch first, for the guard to know.

    Example:

    ```python
    import tensorflow as tf
    import keras_mlp

    sizes = []
    total = tf.Variable(0)

    def step(batch):
        sizes.append(batch.shape[0])
        return total.assign_add(tf.reduce_sum(batch))

    loop = keras_mlp.training.JoinedLoop(step, batch_size=4, all_full=True)
    iterator = iter(tf.data.Dataset.range(24, output_type="int32").batch(12))
    assert int(loop(iterator)) == sum(range(12))
    assert int(loop(iterator)) == sum(range(24))
    assert set(sizes) == {4}
    ```
    """

    def __init__(
        self,
        step: Callable[[Any], Any],
        batch_size: int,
        all_full: bool = False,
        xla: bool | str = False,
        jit_compile: bool = False,
        joined: int = 0,
        guard: StepGuard | None = None,
        preprocess: Preprocess | None = None,
    ) -> None:
        self._guard = guard
        self._preprocess = preprocess
        self.batch_size = batch_size
        self.all_full = all_full
        self.xla = xla
        self.joined = joined
        self._step = tf.function(step, autograph=False, jit_compile=jit_compile)
        # By what the data set yields: the step traced for a batch of it, the number of
        # batches in a full element, and the program for so many, if one can be made.
        self._programs: dict[str, tuple[Any, int, StepProgram | None]] = {}

    def __call__(self, iterator: Any) -> Any:
        """Takes the steps for the next element.

        Args:
            iterator: A `tf.data` iterator. Its first element is none of less batches
                than those that follow.

        Returns:
            What the last step returned.

        Raises:
            StopIteration: If there is no element left.
        """
        element = next(iterator)
        rows = tf.nest.flatten(element)[0].shape[0]
        full = rows // self.batch_size
        # Structures of specifications, dictionaries among them, are not hashable.
        key = repr(iterator.element_spec)
        if self._guard is not None:
            self._guard.look_at(element, self._preprocess, self.batch_size)
        if key not in self._programs or full > self._programs[key][1]:
            most = max(full, self.joined)
            self._programs[key] = self._make(iterator.element_spec, most)
        traced, most, program = self._programs[key]
        if program is None:
            for start in range(0, full * self.batch_size, self.batch_size):
                logs = self._alone(
                    traced, _rows(element, start, start + self.batch_size)
                )
        elif full:
            logs = program(self._stack(element, full, most), tf.constant(full))
        if rows > full * self.batch_size:
            logs = self._alone(traced, _rows(element, full * self.batch_size, rows))
        return logs

    def _alone(self, traced: Any, batch: Any) -> Any:
        if self._guard is None:
            return traced(batch)
        return self._guard.take(lambda count: (traced(batch), count), 1, batch)

    def _make(self, spec: Any, most: int) -> tuple[Any, int, StepProgram | None]:
        traced = self._step.get_concrete_function(
            _batch_spec(spec, self.batch_size if self.all_full else None)
        )
        if most < 2 or not can_be_looped(traced):
            return traced, most, None
        batch = _batch_spec(spec, self.batch_size)
        return traced, most, StepProgram(traced, batch, self.xla, self._guard)

    def _stack(self, element: Any, full: int, most: int) -> Any:
        # One program for elements of all sizes: places without a batch hold zeros, and
        # no step is taken on them.
        def stack(leaf: Any) -> Any:
            used = full * self.batch_size
            leaf = leaf if leaf.shape[0] == used else leaf[:used]
            if full < most:
                missing = (most - full) * self.batch_size
                empty = tf.zeros((missing, *leaf.shape[1:]), leaf.dtype)
                leaf = tf.concat([leaf, empty], axis=0)
            return tf.reshape(leaf, (most, self.batch_size, *leaf.shape[1:]))

        return tf.nest.map_structure(stack, element)


def _batch_spec(spec: Any, size: int | None) -> Any:
    return tf.nest.map_structure(
        lambda leaf: tf.TensorSpec((size, *leaf.shape[1:]), leaf.dtype), spec
    )


def _rows(element: Any, start: int, stop: int) -> Any:
    return tf.nest.map_structure(lambda leaf: leaf[start:stop], element)
