"""Cross-entropy of numbers of classes, with label smoothing."""

from typing import Any

import keras
from keras import ops

from keras_mlp.serializable import serializable
from keras_mlp.validation import check_number


@serializable
class SparseCategoricalCrossentropy(keras.losses.SparseCategoricalCrossentropy):
    """Keras' cross-entropy of numbers of classes, with label smoothing.

    A share of each target is spread evenly over all classes, so that the loss is

        (1 - label_smoothing) * -log p(target) + label_smoothing * mean(-log p)

    It equals `keras.losses.CategoricalCrossentropy` of one-hot targets, to rounding,
    and takes what `keras.losses.SparseCategoricalCrossentropy` takes. Source: Szegedy
    et al., "Rethinking the Inception Architecture", 2015, section 7.

    Args:
        label_smoothing: Share that is spread, from 0 up to, but not including, 1.
            Defaults to `0.0`.
        from_logits: Whether outputs are logits, rather than probabilities. Defaults to
            `False`.
        reduction: As in Keras. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"sparse_categorical_crossentropy"`.
        dtype: Dtype of the computation. Defaults to `None`, Keras' float type.

    Raises:
        ValueError: If `label_smoothing` is out of range.

    Example:

    ```python
    import keras
    import keras_mlp

    logits = keras.ops.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    loss = keras_mlp.losses.SparseCategoricalCrossentropy(0.1, from_logits=True)
    one_hot = keras.losses.CategoricalCrossentropy(True, label_smoothing=0.1)
    labels = keras.ops.array([1, 0])
    targets = keras.ops.one_hot(labels, 3)
    assert abs(float(loss(labels, logits) - one_hot(targets, logits))) < 1e-6
    ```
    """

    def __init__(
        self,
        label_smoothing: float = 0.0,
        from_logits: bool = False,
        reduction: str | None = "sum_over_batch_size",
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(from_logits, reduction=reduction, name=name, dtype=dtype)
        self.label_smoothing = check_label_smoothing(label_smoothing)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns the loss of each example."""
        loss = super().call(y_true, y_pred)
        if not self.label_smoothing:
            return loss
        logits = y_pred
        if not self.from_logits:
            least = keras.config.epsilon()
            logits = ops.log(ops.clip(y_pred, least, 1 - least))
        even = ops.logsumexp(logits, axis=-1) - ops.mean(logits, axis=-1)
        return (1 - self.label_smoothing) * loss + self.label_smoothing * even

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this loss again."""
        config = super().get_config()
        # The arguments of Keras' that this one does not have.
        names = [name for name in config if name not in ("ignore_class", "axis")]
        return {
            **{name: config[name] for name in names},
            "label_smoothing": self.label_smoothing,
        }


def check_label_smoothing(value: Any) -> float:
    """Returns a share of label smoothing as a `float`, or says what is wrong with it.

    Args:
        value: What the caller passed.

    Raises:
        ValueError: If it is no number from 0 up to 1.
    """
    share = check_number("label_smoothing", value, least=0)
    if share >= 1:
        raise ValueError(
            "Argument `label_smoothing` must be a number from 0 up to, but not "
            f"including, 1. Received: label_smoothing={value!r}. Pass the share of the "
            "targets that is spread over all classes; 0 spreads none."
        )
    return share
