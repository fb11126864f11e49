"""Inputs and targets in units of their standard deviation, inside a model."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.serializable import serializable


@serializable
class Standardization(keras.layers.Layer):
    """`(inputs - mean) / deviation` for each feature, and its inverse.

    Mean and deviation are weights that are not trained: they are saved with the
    model, and a function that was compiled before they were set sees the new ones.
    `keras.layers.Normalization` copies its statistics into constants, so that a
    compiled `predict` keeps the old ones, and cannot be built by the first `fit` of
    a subclassed model.

    Until `set_moments` is called it is the identity.

    Args:
        **kwargs: `name`, `dtype`, `trainable`.

    Call arguments:
        inputs: Tensor of rank 1 or more.
        inverse: Whether to return what these were before. Defaults to `False`.

    Input shape:
        `(..., features)`.

    Output shape:
        That of the inputs.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.inputs.standardization import Standardization

    layer = Standardization()
    layer.set_moments(mean=np.array([2.0, 5.0]), variance=np.array([1.0, 0.0]))
    data = np.array([[1.0, 5.0], [3.0, 5.0]])
    np.testing.assert_allclose(layer(data), [[-1, 0], [1, 0]])
    np.testing.assert_allclose(layer(layer(data), inverse=True), data)
    ```
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates a mean and a deviation for each feature."""
        shape = (input_shape[-1],)
        self.mean = self.add_weight(
            name="mean", shape=shape, initializer="zeros", trainable=False
        )
        self.deviation = self.add_weight(
            name="deviation", shape=shape, initializer="ones", trainable=False
        )

    def call(self, inputs: Any, inverse: bool = False) -> Any:
        """Returns the inputs in units of their deviation, or brought back from it."""
        if inverse:
            return ops.add(ops.multiply(inputs, self.deviation), self.mean)
        return ops.divide(ops.subtract(inputs, self.mean), self.deviation)

    def set_moments(self, mean: np.ndarray, variance: np.ndarray) -> None:
        """Sets what the inputs are standardised with.

        A feature that is constant, up to rounding, is left as it is but for its mean:
        its deviation is only noise, and would blow up the first value that differs.

        Args:
            mean: `[features]`.
            variance: `[features]`.
        """
        if not self.built:
            self.build((None, len(mean)))
        deviation = np.sqrt(variance)
        constant = deviation <= np.abs(mean) * np.finfo(self.variable_dtype).eps
        self.mean.assign(mean)
        self.deviation.assign(np.where(constant, 1.0, deviation))

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape
