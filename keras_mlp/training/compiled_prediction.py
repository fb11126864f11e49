"""Predictions for many batches in one program."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from keras_mlp.keras_internals import concat
from keras_mlp.training.step_program import batch_spec


class CompiledPrediction:
    """Takes prediction steps on several batches in one program.

    Every batch is a step of its own. What cannot be joined, such as strings, sparse
    tensors or batches of sizes that change in between, is taken one by one.

    Args:
        step: Function of a batch, such as `model.predict_step`.
        jit_compile: Whether the program is compiled by XLA.
        batch_size: Examples in a step, where batches hold those of several steps.
            Defaults to a step for each batch.

    Example:

    ```python
    import tensorflow as tf
    import keras_mlp

    double = keras_mlp.training.CompiledPrediction(lambda batch: 2 * batch)
    outputs = double([tf.constant([1, 2]), tf.constant([3, 4]), tf.constant([5])])
    assert outputs.numpy().tolist() == [2, 4, 6, 8, 10]
    ```
    """

    def __init__(
        self,
        step: Callable[[Any], Any],
        jit_compile: bool = False,
        batch_size: int | None = None,
    ) -> None:
        options = {"reduce_retracing": True, "jit_compile": jit_compile}
        self._step = tf.function(step, autograph=False, **options)
        self._steps = tf.function(self._loop, autograph=False, **options)
        self.batch_size = batch_size

    def __call__(self, batches: Sequence[Any]) -> Any:
        """Returns the outputs for all batches, joined along the first axis.

        Args:
            batches: At least one batch.
        """
        size = self._common_size(batches)
        if size is None:
            outputs = [self._alone(batch) for batch in batches]
        else:
            joined = batches[0]
            if len(batches) > 1:
                joined = tf.nest.map_structure(
                    lambda *leaves: tf.concat(leaves, axis=0), *batches
                )
            outputs = self._in_steps(joined, size)
        if len(outputs) == 1:
            return outputs[0]
        return tf.nest.map_structure(lambda *parts: concat(parts), *outputs)

    def _common_size(self, batches: Sequence[Any]) -> int | None:
        """Returns the size of all batches but the last, if it is the same."""
        sizes: list[int] = []
        for batch in batches:
            spec = batch_spec(batch)
            if spec is None:
                return None
            rows = {
                leaf.shape[0] if leaf.shape else 0 for leaf in tf.nest.flatten(spec)
            }
            if len(rows) != 1 or 0 in rows:
                return None
            sizes += rows
        if self.batch_size is not None:
            return self.batch_size
        alike = all(size == sizes[0] for size in sizes[:-1]) and sizes[-1] <= sizes[0]
        return sizes[0] if alike else None

    def _in_steps(self, joined: Any, size: int) -> list[Any]:
        rows = tf.nest.flatten(joined)[0].shape[0]
        full = rows // size * size
        outputs = []
        if full > size:
            whole = joined if full == rows else _slice(joined, slice(full))
            outputs.append(self._steps(whole, size))
        elif full:
            outputs.append(self._alone(_slice(joined, slice(full))))
        if full < rows:
            outputs.append(self._alone(_slice(joined, slice(full, None))))
        return outputs

    def _alone(self, batch: Any) -> Any:
        # A scalar for each step becomes a vector of scalars, as in Keras.
        return tf.nest.map_structure(
            lambda output: output if output.shape.rank else output[None],
            self._step(batch),
        )

    def _loop(self, batch: Any, size: int) -> Any:
        stacks = tf.nest.map_structure(
            lambda leaf: tf.reshape(leaf, (-1, size, *leaf.shape[1:])), batch
        )
        count = tf.shape(tf.nest.flatten(stacks)[0])[0]
        spec = tf.nest.map_structure(
            lambda leaf: tf.TensorSpec((size, *leaf.shape[1:]), leaf.dtype), batch
        )
        traced = self._step.get_concrete_function(spec)

        def step(index: Any, arrays: Any) -> Any:
            outputs = traced(tf.nest.map_structure(lambda leaf: leaf[index], stacks))
            return index + 1, [
                array.write(index, output)
                for array, output in zip(arrays, tf.nest.flatten(outputs), strict=True)
            ]

        arrays = [
            tf.TensorArray(output.dtype, count, element_shape=output.shape)
            for output in tf.nest.flatten(traced.structured_outputs)
        ]
        _, arrays = tf.while_loop(
            lambda index, _: index < count,
            step,
            (tf.constant(0), arrays),
            parallel_iterations=1,
        )
        merged = [_merge(array.stack()) for array in arrays]
        return tf.nest.pack_sequence_as(traced.structured_outputs, merged)


def _slice(batch: Any, rows: slice) -> Any:
    return tf.nest.map_structure(lambda leaf: leaf[rows], batch)


def _merge(stack: Any) -> Any:
    """Returns outputs of steps as those of one batch; scalars stay one a step."""
    if stack.shape.rank < 2:
        return stack
    return tf.reshape(stack, (-1, *stack.shape[2:]))
