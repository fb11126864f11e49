"""A multilayer perceptron for classification, as a subclassed model."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.layers import dense_stack
from keras_mlp.models.model import Model
from keras_mlp.validation import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_mlp")
class MLPClassifier(Model):
    """Multilayer perceptron: hidden layers and one output per class.

    Args:
        num_classes: Positive integer, the number of outputs.
        hidden_units: Sequence of positive integers, the width of each hidden
            layer. An empty one gives a linear model.
        activation: Activation of the hidden layers. Defaults to `"relu"`.
        final_activation: Activation of the outputs. Defaults to `None`: the
            outputs are logits.
        kernel_initializer: Initializer of every kernel, copied for each layer.
            Defaults to `"glorot_uniform"`.
        bias_initializer: Initializer of every bias, copied for each layer.
            Defaults to `"zeros"`.
        seed: Integer that fixes the initial weights, unless an initializer
            brings a seed of its own. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, features)`.

    Output shape:
        `(batch_size, num_classes)`.

    Raises:
        ValueError: If a number of units is not a positive integer.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[256, 128], seed=0)
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(keras_mlp.data.load("mnist_5k"), epochs=1, verbose=0)
    assert history.history["accuracy"][0] > 0.5
    assert model.count_params() == 235_146
    ```
    """

    def __init__(
        self,
        num_classes: int,
        hidden_units: Sequence[int],
        activation: str | Callable | None = "relu",
        final_activation: str | Callable | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_classes = check_positive_integer("num_classes", num_classes)
        self.hidden_units = [
            check_positive_integer("hidden_units", units) for units in hidden_units
        ]
        self.activation = keras.activations.get(activation)
        self.final_activation = keras.activations.get(final_activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.seed = seed
        self.dense_layers = dense_stack(
            [*self.hidden_units, self.num_classes],
            activation=self.activation,
            final_activation=self.final_activation,
            kernel_initializer=self.kernel_initializer,
            bias_initializer=self.bias_initializer,
            seed=seed,
            dtype=self.dtype_policy,
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        for layer in self.dense_layers:
            layer.build(input_shape)
            input_shape = layer.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Returns the outputs of the last layer, one per class."""
        outputs = inputs
        for layer in self.dense_layers:
            outputs = layer(outputs)
        return outputs

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape with `num_classes` as its last axis."""
        return (*input_shape[:-1], self.num_classes)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "hidden_units": self.hidden_units,
            "activation": keras.activations.serialize(self.activation),
            "final_activation": keras.activations.serialize(self.final_activation),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "seed": self.seed,
        }
