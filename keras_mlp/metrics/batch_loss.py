"""The loss of the last batch, as a metric."""

from typing import Any

import keras

from keras_mlp.serializable import serializable


@serializable
class BatchLoss(keras.metrics.Metric):
    """The loss of the batch that was seen last.

    The `"loss"` in Keras' logs is the mean since the epoch began. Loops written by
    hand print the loss of the current batch instead, and published traces hold
    that. Penalties of regularizers are not part of it.

    Args:
        loss: A `keras.losses.Loss`.
        name: Name of the metric. Defaults to `"batch_loss"`.
        **kwargs: `dtype`.

    Example:

    ```python
    import keras
    import keras_mlp

    metric = keras_mlp.metrics.BatchLoss(keras.losses.MeanSquaredError())
    metric.update_state([[0.0]], [[3.0]])
    metric.update_state([[0.0]], [[2.0]])
    assert float(metric.result()) == 4.0
    ```
    """

    def __init__(
        self, loss: keras.losses.Loss, name: str = "batch_loss", **kwargs: Any
    ) -> None:
        if not isinstance(loss, keras.losses.Loss):
            raise ValueError(
                "Argument `loss` must be a `keras.losses.Loss`. "
                f"Received: loss={loss!r}. Pass for example "
                "`keras.losses.MeanSquaredError()`."
            )
        super().__init__(name=name, **kwargs)
        self.loss = loss
        self.last = self.add_variable((), initializer="zeros", name="last")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Replaces the loss of the previous batch by that of this batch."""
        self.last.assign(self.loss(y_true, y_pred, sample_weight=sample_weight))

    def result(self) -> Any:
        """Returns the loss of the last batch, a scalar."""
        return keras.ops.convert_to_tensor(self.last)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this metric again."""
        return {
            **super().get_config(),
            "loss": keras.saving.serialize_keras_object(self.loss),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "BatchLoss":
        """Makes the metric of its configuration."""
        loss = keras.saving.deserialize_keras_object(config["loss"])
        return cls(**{**config, "loss": loss})
