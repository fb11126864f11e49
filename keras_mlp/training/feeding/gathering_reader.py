"""Batches of one size, gathered by a program."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_mlp.training.feeding.parts import Part, Single, Stacked
from keras_mlp.training.feeding.structures import stackable_spec, without_optionals

_logger = logging.getLogger("keras_mlp")


class GatheringReader:
    """Reads the batches of a data set, many of one size at a time.

    Batches of another size than the first, such as a partial last one, come alone, and
    so does what cannot be stacked: strings, sparse and ragged tensors.

    Args:
        iterator: A `tf.data` iterator. One more batch than is asked for may be drawn
            from it.
        program: Returns the program with this key, made by the function where there is
            none yet.
        most: The most batches that are gathered at a time.
        most_bytes: The most bytes of these.
    """

    def __init__(
        self,
        iterator: Any,
        program: Callable[[Any, Callable[[], Any]], Any],
        most: int,
        most_bytes: int,
    ) -> None:
        self._iterator = iterator
        self._program = program
        self._most = most
        self._most_bytes = most_bytes
        # The batch that comes next; and what gathers many such, if anything does.
        self._next: Any = None
        self._gather: Gathering | None = None

    def parts(self, most: int) -> Iterator[Part]:
        """Yields so many batches, fewer where the data end.

        Args:
            most: The number of batches.
        """
        if self._next is None:
            self._next = self._iterator.get_next_as_optional()
            if self._next.has_value():
                self._begin(self._next.get_value())
        while most and self._next.has_value():
            taken = 0
            if self._gather is not None and most > 1:
                stacks, count, self._next = self._gather(
                    self._iterator, self._next, tf.constant(most)
                )
                taken = int(count)
                if taken:
                    yield Stacked(stacks, taken)
                    most -= taken
            full = self._gather is not None and taken == self._gather.size
            if most and not full and self._next.has_value():
                # The data end here, or a batch of another size follows.
                batch = without_optionals(self._next.get_value())
                self._next = self._iterator.get_next_as_optional()
                yield Single(batch)
                most -= 1

    def _begin(self, batch: Any) -> None:
        # A set whose batches differ in size begins with full ones.
        spec = stackable_spec(batch)
        if spec is None:
            _logger.warning(
                "Strings, sparse and ragged tensors do not go into a program of many "
                "steps: each step is one of its own."
            )
            return
        size = sum(
            leaf.shape.num_elements() * leaf.dtype.size
            for leaf in tf.nest.flatten(spec)
        )
        group = min(self._most, self._most_bytes // max(1, size))
        if group < 2:
            return
        # Structures of specifications, dictionaries among them, are not hashable.
        key = (repr(spec), repr(self._iterator.element_spec), group)
        self._gather = self._program(key, lambda: Gathering(spec, group))


class Gathering:
    """Gathers batches of one size.

    Args:
        spec: Of a batch.
        size: The most batches to gather.
    """

    def __init__(self, spec: Any, size: int) -> None:
        self.size = size
        self._spec = spec
        # A concrete function: TensorFlow would take one `tf.function` for each model
        # for needless tracing, and warn.
        self._gather: Any = None

    def __call__(self, iterator: Any, optional: Any, limit: Any) -> Any:
        """Returns stacked batches, how many, and the batch after them.

        Args:
            iterator: A `tf.data` iterator.
            optional: The batch that comes next.
            limit: The most batches, an integer tensor.
        """
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
        stacks = tf.nest.pack_sequence_as(
            self._spec, [array.stack() for array in arrays]
        )
        return stacks, count, optional

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
