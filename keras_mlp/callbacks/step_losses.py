"""The losses of single batches, every so many steps."""

from typing import Any

import keras

from keras_mlp.validation import check_positive_integer, check_switch


class StepLosses(keras.callbacks.Callback):
    """Records the loss of every hundredth batch, as loops written by hand print it.

    The model must have a `keras_mlp.metrics.BatchLoss` among its metrics.

    Args:
        every: Distance of the recorded steps, the first step being 0. Defaults to
            `100`.
        show: Whether each recorded step and its loss are printed. Defaults to
            `False`.

    Attributes:
        epochs: List of one list of losses for each epoch.

    Example:

    ```python
    import keras
    import keras_mlp

    loss = keras.losses.MeanSquaredError()
    model = keras_mlp.Sequential([keras_mlp.layers.Dense(1)])
    model.compile(
        optimizer="sgd", loss=loss, metrics=[keras_mlp.metrics.BatchLoss(loss)]
    )
    recorded = keras_mlp.callbacks.StepLosses(every=2)
    x = keras.ops.ones((6, 3))
    model.fit(x, x[:, :1], batch_size=2, callbacks=[recorded], verbose=0)
    assert len(recorded.epochs[0]) == 2  # Steps 0 and 2.
    ```
    """

    def __init__(self, every: int = 100, show: bool = False) -> None:
        super().__init__()
        self.every = check_positive_integer("every", every)
        self.show = check_switch("show", show)
        self.epochs: list[list[float]] = []

    def get_state(self) -> list[list[float]]:
        """Returns the losses so far, for `keras_mlp.callbacks.ExactResume`."""
        return self.epochs

    def set_state(self, state: list[list[float]]) -> None:
        """Takes the losses of a run that is resumed.

        Args:
            state: What `get_state` returned.
        """
        self.epochs[:] = state

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begins the list of this epoch."""
        self.epochs.append([])

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Records the loss of this batch where its turn has come."""
        if batch % self.every:
            return
        loss = float(logs["batch_loss"])
        self.epochs[-1].append(loss)
        if self.show:
            print(f"epoch {len(self.epochs) - 1} step {batch} loss {loss:.4f}")
