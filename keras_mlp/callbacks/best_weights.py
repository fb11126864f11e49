"""The weights of the best epoch, kept in memory."""

import math
import warnings
from typing import Any

import keras

from keras_mlp.validation import check_choice


class BestWeights(keras.callbacks.EarlyStopping):
    """Gives the model the weights of its best epoch when training ends.

    It is the last of the epochs that are as good as the best: where a measure takes few
    values, such as the share of right answers, the network has learnt on meanwhile.
    Nothing is stopped, and nothing is written; the state of the optimizer stays that of
    the last epoch. `callbacks.ExactResume` saves what this one keeps.

    Args:
        monitor: Name of the figure that says how good an epoch is, among what `fit`
            logs. Defaults to `"val_loss"`.
        mode: `"min"` where less is better, `"max"` where more is, or `"auto"`: as the
            loss or the metric of this name says. Defaults to `"auto"`.

    Attributes:
        best: The figure of the best epoch, `None` before there is one.
        best_epoch: Number of the best epoch, from 0.

    Raises:
        ValueError: If `mode` is none of these; by `fit`, if there is no such figure, or
            nobody knows which way is better.

    Example:

    ```python
    import keras_mlp

    train = keras_mlp.data.load("mnist_5k", "train", seed=0)
    test = keras_mlp.data.load("mnist_5k", "test")
    model = keras_mlp.models.MLPClassifier(10, [32], seed=0)
    model.compile()
    best = keras_mlp.callbacks.BestWeights("val_accuracy")
    history = model.fit(
        train, epochs=3, validation_data=test, callbacks=[best], verbose=0
    ).history
    assert best.best == max(history["val_accuracy"])
    assert model.evaluate(test, verbose=0)[1] == best.best
    ```
    """

    # It reads logs and weights alone: several epochs may be trained in one program.
    hears_later = True

    def __init__(self, monitor: str = "val_loss", mode: str = "auto") -> None:
        check_choice("mode", mode, ("auto", "min", "max"))
        super().__init__(
            monitor, mode=mode, patience=math.inf, restore_best_weights=True
        )

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps the weights of an epoch that is as good as the best."""
        if self.get_monitor_value(logs) is not None:
            super().on_epoch_end(epoch, logs)

    def get_monitor_value(self, logs: dict[str, Any] | None = None) -> Any:
        """Returns the figure of an epoch, `None` where it was not validated.

        Args:
            logs: What `fit` logs.

        Raises:
            ValueError: If there will never be such a figure.
        """
        logs = logs or {}
        # Not every epoch need be validated.
        validated = any(name.startswith("val_") for name in logs)
        if self.monitor in logs or (self.monitor.startswith("val_") and not validated):
            return logs.get(self.monitor)
        raise ValueError(
            "Argument `monitor` must name a figure that `fit` logs: "
            f"{', '.join(map(repr, logs))}. Received: monitor={self.monitor!r}. Pass "
            "one of these, or compile the model with the metric."
        )

    def on_train_end(self, logs: Any = None) -> None:
        """Gives the model the weights that were kept."""
        if self.best is None and logs:
            warnings.warn(
                f"BestWeights found no '{self.monitor}': no epoch was validated, and "
                "the weights are those of the last one. Pass `validation_data` to "
                "`fit`.",
                stacklevel=2,
            )
        super().on_train_end(logs)

    def _is_improvement(self, monitor_value: Any, reference_value: Any) -> bool:
        if reference_value is None or math.isnan(reference_value):
            return True
        as_good = monitor_value == reference_value
        return as_good or bool(super()._is_improvement(monitor_value, reference_value))
