"""From (epoch, step) to groups of batches, with their true numbers."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import tensorflow as tf

from keras_mlp.training.feeding.arrays import OneBatch
from keras_mlp.training.feeding.parts import Part


class Reader(Protocol):
    """Reads an iterator of a data set."""

    def parts(self, most: int) -> Iterator[Part]:
        """Yields so many batches, or fewer: none where the data end."""


class Feed:
    """The batches of a call, epoch by epoch.

    It begins data anew, and goes on with them, where Keras does, since data sets that
    shuffle by themselves count how often they are begun.

    Args:
        dataset: Yields batches, or elements that join many.
        read: Makes a reader of an iterator.
        steps: Number of steps of an epoch that was asked for, if any.
        batches: Number of batches in the data, `None` where nobody knows.
        adapter: Keras' data adapter, which hears where epochs begin and end; `None`
            for data of ours.
        endless: Whether one iterator yields one epoch after the other.
        rest: Makes a reader for what is left of an epoch after so many batches.
        begins_twice: Whether an iterator is made at the end of an epoch too.
        stride: Number of batches that groups are counted to have. Defaults to as many
            as they have.
    """

    def __init__(
        self,
        dataset: tf.data.Dataset | OneBatch,
        read: Callable[[Any], Reader],
        steps: int | None = None,
        batches: int | None = None,
        adapter: Any = None,
        endless: bool = False,
        rest: Callable[[int], Reader] | None = None,
        begins_twice: bool = False,
        stride: int | None = None,
    ) -> None:
        self.element_spec = dataset.element_spec
        self._dataset = dataset
        self._read = read
        self._steps = steps
        self._batches = batches
        self._adapter = adapter
        self._endless = endless
        self._rest = rest
        self._begins_twice = begins_twice
        self._stride = stride
        # Whether there has been a batch.
        self.has_data = False
        self._handed = 0
        # Learnt at the end of the data, where nobody knew before.
        self._known = batches
        self._reader: Reader | None = None
        self._seen = 0

    @property
    def batches(self) -> int | None:
        """Number of steps in an epoch, `None` where nobody knows (yet)."""
        return self._steps or self._known

    def reset(self) -> None:
        """Begins anew, as a validation does each time."""
        self._known, self._reader, self._seen = self._batches, None, 0
        if self._adapter is not None:
            self._adapter.on_epoch_end()

    def epoch(self, first: int = 0) -> Iterator[int]:
        """Yields the number of each group's first batch; `parts` are to be read then.

        Args:
            first: Number of batches of the epoch that are left out.
        """
        if self._adapter is not None:
            self._adapter.on_epoch_begin()
        if first:
            assert self._rest is not None
            self._reader, self._seen = self._rest(first), first
        elif self._endless and self._reader is not None:
            self._seen = 0
        elif self._reader is None or not self._steps:
            self._begin()
        total, begin = self._steps or self._known, first
        while total is None or begin < total:
            if self._is_over():
                if self._steps:
                    self._warn()
                break
            self._handed = 0
            yield begin
            counted = self._stride or self._handed
            begin, self._seen = begin + counted, self._seen + counted
        if first:
            self._reader = None
        elif self._is_over() and not self._endless:
            self._reader = None
            if self._begins_twice:
                # Keras makes an iterator here, which it uses where epochs have so many
                # steps. Each one moves a shuffle on.
                self._begin()
        if self._adapter is not None:
            self._adapter.on_epoch_end()

    def parts(self, most: int) -> Iterator[Part]:
        """Yields the batches of a group, none where the data have ended.

        Args:
            most: The number of batches.
        """
        assert self._reader is not None
        for part in self._reader.parts(most):
            self._handed += part.steps
            self.has_data = True
            yield part

    def ran_out(self) -> None:
        """Notes that the data ended where a batch was asked for, and warns of it."""
        if self._known is None:
            # Keras counts the group that it asked for in vain.
            self._known = self._seen + (self._stride or 1)
        self._warn()
        self._reader = None
        if self._adapter is not None:
            self._adapter.on_epoch_end()

    def _begin(self) -> None:
        self._reader = self._read(iter(self._dataset))
        self._seen = 0

    def _is_over(self) -> bool:
        return bool(self._known) and self._seen >= (self._known or 0)

    def _warn(self) -> None:
        warnings.warn(
            "Your input ran out of data; interrupting training. Make sure that your "
            "dataset or generator can generate at least `steps_per_epoch * epochs` "
            "batches. You may need to use the `.repeat()` function when building your "
            "dataset.",
            stacklevel=2,
        )
