"""A straight line through points, as the smallest Keras model."""

from typing import Any

import keras

from keras_mlp.models.inspectable import Inspectable
from keras_mlp.models.model import Model
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_number


@serializable
class LinearRegression(Inspectable, Model):
    """The line `y = w x + b`, of two scalar weights made by `add_weight`.

    Args:
        initial_kernel: The slope `w` before training. Defaults to `5.0`, the
            documented start.
        initial_bias: The intercept `b` before training. Defaults to `0.0`.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        Any; every number is a point of its own.

    Output shape:
        That of the inputs.

    Example:

    ```python
    import keras
    import keras_mlp

    x = keras.random.normal((1000,), seed=0)
    model = keras_mlp.models.LinearRegression()
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mean_squared_error")
    history = model.fit(x, 3 * x + 2, epochs=20, batch_size=1000, verbose=0)
    assert abs(float(model.kernel) - 3) < 0.1
    assert abs(float(model.bias) - 2) < 0.1
    ```
    """

    def __init__(
        self, initial_kernel: float = 5.0, initial_bias: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.initial_kernel = check_number("initial_kernel", initial_kernel)
        self.initial_bias = check_number("initial_bias", initial_bias)
        self.kernel = self.add_weight(
            name="kernel", initializer=keras.initializers.Constant(initial_kernel)
        )
        self.bias = self.add_weight(
            name="bias", initializer=keras.initializers.Constant(initial_bias)
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Does nothing: the weights do not depend on the inputs' shape."""

    def call(self, inputs: Any) -> Any:
        """Returns `kernel * inputs + bias`."""
        return self.kernel * inputs + self.bias

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        return {
            **super().get_config(),
            "initial_kernel": self.initial_kernel,
            "initial_bias": self.initial_bias,
        }
