"""Predictions for many batches in one program."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from keras_mlp.training.execution.executor import Taken
from keras_mlp.training.execution.outputs import concatenated
from keras_mlp.training.feeding.parts import Joined, Part
from keras_mlp.training.feeding.structures import rows, stackable_spec


class CompiledPrediction:
    """Takes prediction steps on several batches in one program.

    Every batch is a step of its own. What cannot be joined, such as strings, sparse
    tensors or batches of sizes that change in between, is taken one by one.

    Args:
        step: Function of a batch, such as `model.predict_step`.
        jit_compile: Whether the program is compiled by XLA.
    """

    def __init__(self, step: Callable[[Any], Any], jit_compile: bool = False) -> None:
        options = {"reduce_retracing": True, "jit_compile": jit_compile}
        self._step = tf.function(step, autograph=False, **options)
        self._steps = tf.function(self._loop, autograph=False, **options)

    def __call__(self, part: Part) -> Taken:
        """Returns the outputs for all batches, joined along the first axis."""
        batches = part.batches if isinstance(part, Joined) else [part.batch]  # type: ignore[union-attr]
        size = part.batch_size if isinstance(part, Joined) else None
        size = _common_size(batches, size)
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
            return Taken(outputs[0], part.steps)
        return Taken(concatenated(outputs), part.steps)

    def _in_steps(self, joined: Any, size: int) -> list[Any]:
        count = tf.nest.flatten(joined)[0].shape[0]
        full = count // size * size
        outputs = []
        if full > size:
            whole = joined if full == count else rows(joined, 0, full)
            outputs.append(self._steps(whole, size))
        elif full:
            outputs.append(self._alone(rows(joined, 0, full)))
        if full < count:
            outputs.append(self._alone(rows(joined, full, count)))
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


def _common_size(batches: Sequence[Any], batch_size: int | None) -> int | None:
    """Returns the size of all batches but the last, if they can be joined."""
    sizes: list[int] = []
    examples = set()
    for batch in batches:
        spec = stackable_spec(batch)
        if spec is None:
            return None
        found = {leaf.shape[0] if leaf.shape else 0 for leaf in tf.nest.flatten(spec)}
        if len(found) != 1 or 0 in found:
            return None
        sizes += found
        leaves = tf.nest.flatten(spec)
        examples.add(tuple((tuple(leaf.shape[1:]), leaf.dtype) for leaf in leaves))
    if len(examples) > 1:
        # Of a generator that pads each batch to its longest example, say.
        return None
    if batch_size is not None:
        return batch_size
    alike = all(size == sizes[0] for size in sizes[:-1]) and sizes[-1] <= sizes[0]
    return sizes[0] if alike else None


def _merge(stack: Any) -> Any:
    """Returns outputs of steps as those of one batch; scalars stay one a step."""
    if stack.shape.rank < 2:
        return stack
    return tf.reshape(stack, (-1, *stack.shape[2:]))
