"""Parts of a group of batches, as steps take them."""

import dataclasses
from typing import Any

import tensorflow as tf

from keras_mlp.training.feeding.structures import rows_in


@dataclasses.dataclass(frozen=True, slots=True)
class Single:
    """One batch.

    Args:
        batch: Tensors, in any structure.
    """

    batch: Any

    @property
    def steps(self) -> int:
        """Number of steps to take on it."""
        return 1

    @property
    def rows(self) -> int:
        """Number of examples."""
        return rows_in(self.batch)

    @property
    def batches(self) -> list[Any]:
        """Its batches, one by one."""
        return [self.batch]

    @property
    def held(self) -> Any:
        """The tensors that a program takes its batch from."""
        return self.batch

    @staticmethod
    def batch_at(held: Any, index: Any) -> Any:
        """Returns the batch.

        Args:
            held: What `held` is.
            index: Always 0.
        """
        return held


@dataclasses.dataclass(frozen=True, slots=True)
class Stacked:
    """Several batches of one size.

    Args:
        stacks: The batches, stacked along a first axis.
        steps: How many there are. Places after them hold zeros.
    """

    stacks: Any
    steps: int

    @property
    def rows(self) -> int:
        """Number of examples."""
        first = tf.nest.flatten(self.stacks)[0]
        return self.steps * (int(first.shape[1]) if first.shape.rank > 1 else 1)

    @property
    def batches(self) -> list[Any]:
        """Its batches, one by one."""
        return [self.batch_at(self.stacks, index) for index in range(self.steps)]

    @property
    def held(self) -> Any:
        """The tensors that a program takes its batches from."""
        return self.stacks

    @staticmethod
    def batch_at(held: Any, index: Any) -> Any:
        """Returns a batch.

        Args:
            held: What `held` is.
            index: Its number, also as a tensor.
        """
        return tf.nest.map_structure(lambda stack: stack[index], held)


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """Several batches of rows of data that stay where they are.

    Args:
        data: The rows of all examples: tensors, in any structure.
        order: Numbers of the rows of each batch, `(batches, batch size)`.
        steps: How many batches there are. Places after them hold zeros.
    """

    data: Any
    order: Any
    steps: int

    @property
    def rows(self) -> int:
        """Number of examples."""
        return self.steps * int(self.order.shape[1])

    @property
    def batches(self) -> list[Any]:
        """Its batches, one by one."""
        return [self.batch_at(self.held, index) for index in range(self.steps)]

    @property
    def held(self) -> Any:
        """The tensors that a program takes its batches from."""
        return self.data, self.order

    @staticmethod
    def batch_at(held: Any, index: Any) -> Any:
        """Returns a batch.

        Args:
            held: What `held` is.
            index: Its number, also as a tensor.
        """
        data, order = held
        return rows_at(data, order[index])


@dataclasses.dataclass(frozen=True, slots=True)
class Joined:
    """Several batches whose rows follow each other.

    Args:
        batches: Elements of a data set, each of one batch or of several.
        steps: How many batches there are.
        batch_size: Examples in a batch, where elements hold more than one.
    """

    batches: list[Any]
    steps: int
    batch_size: int | None

    @property
    def rows(self) -> int:
        """Number of examples."""
        return sum(map(rows_in, self.batches))


Part = Single | Stacked | Chosen | Joined


def rows_at(data: Any, places: Any) -> Any:
    """Returns some rows of tensors.

    Args:
        data: Tensors, in any structure.
        places: Numbers of the rows.
    """
    return tf.nest.map_structure(lambda leaf: tf.gather(leaf, places), data)
