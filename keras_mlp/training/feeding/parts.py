"""Parts of a group of batches, as steps take them."""

import dataclasses
from typing import Any


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


@dataclasses.dataclass(frozen=True, slots=True)
class Stacked:
    """Several batches of one size.

    Args:
        stacks: The batches, stacked along a first axis.
        steps: How many there are. Places after them hold zeros.
    """

    stacks: Any
    steps: int


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


Part = Single | Stacked | Joined
