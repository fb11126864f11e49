"""Callbacks that hear of groups of steps."""

from collections.abc import Mapping
from typing import Any

import keras


class GroupCallbacks(keras.callbacks.CallbackList):
    """A list of callbacks for steps that are taken in groups.

    Keras counts as if all groups were full. Here the last one of an epoch has the steps
    that are left, and callbacks are told the number of its true last batch, so that no
    progress bar shows more steps than there are.

    Args:
        callbacks: Callbacks, or `None`.
        batches: Number of batches for each of `"train"`, `"test"` and `"predict"` that
            there will be; `None` where nobody knows.
        joined: Number of batches that Keras takes for one. Defaults to 1.
        **options: As for `keras.callbacks.CallbackList`, `model` among them. Its
            `steps_per_execution` is the number of steps in a full group.
    """

    def __init__(
        self,
        callbacks: Any,
        batches: Mapping[str, int | None],
        joined: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(callbacks, **options)
        self.batches = batches
        self.joined = joined
        self.group: int = self.model.steps_per_execution

    def _begin(self, phase: str, batch: int) -> int:
        """Says how many steps the group has, and returns its first batch."""
        batches = self.batches[phase]
        if batches is not None:
            self.model.steps_per_execution = min(self.group, batches - batch)
        return batch * self.joined

    def _end(self, phase: str, batch: int) -> int:
        """Returns the true number of a group's last batch."""
        self.model.steps_per_execution = self.group
        batches = self.batches[phase]
        last = (batch + 1) * self.joined - 1
        return last if batches is None else min(last, batches - 1)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Begins a group of training steps."""
        super().on_train_batch_begin(self._begin("train", batch), logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Ends a group of training steps."""
        super().on_train_batch_end(self._end("train", batch), logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Begins a group of steps of an evaluation."""
        super().on_test_batch_begin(self._begin("test", batch), logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Ends a group of steps of an evaluation."""
        super().on_test_batch_end(self._end("test", batch), logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Begins a group of predictions."""
        super().on_predict_batch_begin(self._begin("predict", batch), logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Ends a group of predictions."""
        super().on_predict_batch_end(self._end("predict", batch), logs)
