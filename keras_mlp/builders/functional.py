"""Networks built with the Functional interface."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.layers import dense_stack
from keras_mlp.models import Functional, Model
from keras_mlp.validation import check_positive_integer, check_shape, check_units


def functional_mlp(
    hidden_units: Sequence[int] = (64, 64),
    num_classes: int = 10,
    *,
    activation: str | Callable | None = "relu",
    final_activation: str | Callable | None = None,
    kernel_initializer: Any = "glorot_uniform",
    bias_initializer: Any = "zeros",
    input_shape: tuple[int | None, ...] = (784,),
    seed: int | None = None,
    name: str | None = "mnist_model",
) -> Functional:
    """Returns a multilayer perceptron as a graph from an input to its logits.

    With the defaults it is the documented MNIST model: 784-64-64-10, ReLU after
    the hidden layers, 55,050 parameters.

    Args:
        hidden_units: Width of each hidden layer. Defaults to `(64, 64)`.
        num_classes: Number of outputs. Defaults to `10`.
        activation: Activation of the hidden layers. Defaults to `"relu"`.
        final_activation: Activation of the outputs. Defaults to `None`: logits.
        kernel_initializer: Initializer of every kernel, copied for each layer.
        bias_initializer: Initializer of every bias, copied for each layer.
        input_shape: Shape of one example. Defaults to `(784,)`.
        seed: Integer that fixes the initial weights.
        name: Name of the model. Defaults to `"mnist_model"`.

    Returns:
        A Functional `keras_mlp.Model`, `(batch_size, ..., features)` to
        `(batch_size, ..., num_classes)`.

    Raises:
        ValueError: If a number of units is not a positive integer.

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.builders.functional_mlp()
    assert model.count_params() == 50_240 + 4_160 + 650
    ```
    """
    units = [
        *check_units("hidden_units", hidden_units),
        check_positive_integer("num_classes", num_classes),
    ]
    inputs = outputs = keras.Input(check_shape("input_shape", input_shape))
    layers = dense_stack(
        units,
        activation=activation,
        final_activation=final_activation,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        seed=seed,
    )
    for layer in layers:
        outputs = layer(outputs)
    return Model(inputs, outputs, name=name)
