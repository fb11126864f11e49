"""Callbacks that hear of groups of steps."""

from collections.abc import Mapping
from typing import Any

import keras

from keras_mlp.training.feed import Feed


class GroupCallbacks(keras.callbacks.CallbackList):
    """A list of callbacks for steps that are taken in groups.

    Keras counts as if all groups were full. Here the last one of an epoch has the steps
    that are left, and callbacks are told the number of its true last batch, so that no
    progress bar shows more steps than there are.

    Args:
        callbacks: Callbacks, or `None`.
        batches: Number of batches for each of `"train"`, `"test"` and `"predict"` that
            there will be; `None` where nobody knows.
        feeds: For each phase, how its batches arrive.
        **options: As for `keras.callbacks.CallbackList`, `model` among them.
    """

    def __init__(
        self,
        callbacks: Any,
        batches: Mapping[str, int | None],
        feeds: Mapping[str, Feed],
        **options: Any,
    ) -> None:
        super().__init__(callbacks, **options)
        self.batches = batches
        self.feeds = feeds

    def _begin(self, phase: str, batch: int) -> int:
        """Says how many steps the group has, and returns its first batch."""
        feed, batches = self.feeds[phase], self.batches[phase]
        if batches is not None and feed.steps > 1:
            self.model.steps_per_execution = min(feed.steps, batches - batch)
        return batch * feed.joined

    def _end(self, phase: str, batch: int) -> int:
        """Returns the true number of a group's last batch."""
        feed, batches = self.feeds[phase], self.batches[phase]
        self.model.steps_per_execution = feed.steps
        last = (batch + 1) * feed.joined - 1
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
