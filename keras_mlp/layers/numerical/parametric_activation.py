"""An activation that each unit takes as much of as it learns to."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.numerical.known_features import known_features
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_known


@serializable
class ParametricActivation(keras.layers.Layer):
    """`inputs + weight * (activation(inputs) - inputs)`, with a weight for each unit.

    At a weight of 1, with which it starts, it is the activation, and at 0 the identity.
    As the `activation` of a `layers.MLP`, each hidden layer gets one of its own. Of
    RealMLP: Holzmüller et al., "Better by default", 2024,
    https://arxiv.org/abs/2407.04491.

    Args:
        activation: Name of an activation, or a callable.
        **kwargs: `name`, `dtype`, `trainable`: the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Float tensor of rank 2 or more.

    Input shape:
        `(batch_size, ..., units)`.

    Output shape:
        That of the inputs.

    Raises:
        ValueError: If Keras does not know the activation, or the number of units is not
            known when the layer is built.

    Example:

    ```python
    import keras
    import keras_mlp

    layer = keras_mlp.layers.ParametricActivation("relu")
    inputs = keras.ops.array([[-2.0, 2.0]])
    assert layer(inputs).numpy().tolist() == [[0.0, 2.0]]
    layer.weight.assign([0.5, 0.5])
    assert layer(inputs).numpy().tolist() == [[-1.0, 2.0]]
    ```
    """

    def __init__(self, activation: str | Callable | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = check_known("activation", keras.activations.get, activation)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates a weight for each unit."""
        self.weight = self.add_weight(
            name="weight",
            shape=(known_features(self, input_shape),),
            initializer="ones",
        )

    def call(self, inputs: Any) -> Any:
        """Returns the activation, as much of it as the weights say."""
        added = ops.subtract(self.activation(inputs), inputs)
        return ops.add(inputs, ops.multiply(added, self.weight))

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "activation": activation}
