"""Where a run is, for those who watch its steps."""

from collections.abc import Mapping
from typing import Any

import keras

from keras_mlp.training.shape_checks import no_data
from keras_mlp.training.step_guard import StepGuard


class RunPosition(keras.callbacks.Callback):
    """Tells guards where an epoch begins, and finds out that there were no data.

    Args:
        guards: By their phase: `"train"`, `"test"` or `"predict"`.
    """

    def __init__(self, guards: Mapping[str, StepGuard]) -> None:
        super().__init__()
        self.guards = guards

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begins an epoch of training."""
        self.guards["train"].begin(epoch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Ends an epoch of training."""
        if not self.guards["train"].batches:
            raise no_data()

    def on_test_begin(self, logs: Any = None) -> None:
        """Begins an evaluation."""
        self.guards["test"].begin()

    def on_test_end(self, logs: Any = None) -> None:
        """Ends an evaluation."""
        if not self.guards["test"].batches:
            raise no_data("validation_data" if "train" in self.guards else "x")

    def on_predict_begin(self, logs: Any = None) -> None:
        """Begins predictions."""
        self.guards["predict"].begin()

    def on_predict_end(self, logs: Any = None) -> None:
        """Ends predictions."""
        if not self.guards["predict"].batches:
            raise no_data()
