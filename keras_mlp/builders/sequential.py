"""Networks built with the Sequential interface."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.layers import dense_stack
from keras_mlp.layers.initializers import layer_seeds, seeded_initializer
from keras_mlp.models import Sequential
from keras_mlp.validation import check_shape, check_units


def sequential_mlp(
    units: Sequence[int] = (2, 3, 4),
    *,
    activation: str | Callable | None = "relu",
    final_activation: str | Callable | None = None,
    kernel_initializer: Any = "glorot_uniform",
    bias_initializer: Any = "zeros",
    input_shape: tuple[int | None, ...] | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> Sequential:
    """Returns a multilayer perceptron of layers named `layer1`, `layer2`, ...

    With the defaults it is the documented toy network: layers of 2, 3 and 4
    units, ReLU after the first two. It is built by its first call, or at once
    where `input_shape` is given.

    Args:
        units: Width of each layer, the last one included.
        activation: Activation of all layers but the last. Defaults to `"relu"`.
        final_activation: Activation of the last layer. Defaults to `None`.
        kernel_initializer: Initializer of every kernel, copied for each layer.
        bias_initializer: Initializer of every bias, copied for each layer.
        input_shape: Shape of one example, without the batch axis.
        seed: Integer that fixes the initial weights.
        name: Name of the model.

    Returns:
        A `keras_mlp.Sequential`, `(batch_size, ..., features)` to
        `(batch_size, ..., units[-1])`.

    Raises:
        ValueError: If `units` is empty or holds anything but positive integers.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.builders.sequential_mlp()
    outputs = model(keras.ops.ones((1, 4)))
    assert len(model.weights) == 6
    assert [layer.count_params() for layer in model.layers] == [10, 9, 16]
    ```
    """
    model = Sequential(name=name)
    units = check_units("units", units)
    if input_shape is not None:
        model.add(keras.Input(check_shape("input_shape", input_shape)))
    layers = dense_stack(
        units,
        activation=activation,
        final_activation=final_activation,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        seed=seed,
        names=[f"layer{number}" for number in range(1, len(units) + 1)],
    )
    for layer in layers:
        model.add(layer)
    return model


def sequential_conv(
    input_shape: tuple[int, int, int] = (250, 250, 3),
    *,
    seed: int | None = None,
    name: str | None = None,
) -> Sequential:
    """Returns the documented convolutional stack, grown layer by layer.

    Two convolutions of 32 filters, 5 x 5 with strides of 2 and 3 x 3, both with
    ReLU, and a pooling over 3 x 3.

    Args:
        input_shape: Height, width and channels. Defaults to `(250, 250, 3)`.
        seed: Integer that fixes the initial weights.
        name: Name of the model.

    Returns:
        A `keras_mlp.Sequential`; with the default shape its layers give
        `(123, 123, 32)`, `(121, 121, 32)` and `(40, 40, 32)`.

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.builders.sequential_conv()
    assert model.output_shape == (None, 40, 40, 32)
    ```
    """
    first_seed, second_seed = layer_seeds(seed, 2)
    model = Sequential(name=name)
    model.add(keras.Input(check_shape("input_shape", input_shape, rank=3)))
    model.add(
        keras.layers.Conv2D(
            32,
            5,
            strides=2,
            activation="relu",
            kernel_initializer=seeded_initializer("glorot_uniform", first_seed),
        )
    )
    model.add(
        keras.layers.Conv2D(
            32,
            3,
            activation="relu",
            kernel_initializer=seeded_initializer("glorot_uniform", second_seed),
        )
    )
    model.add(keras.layers.MaxPooling2D(3))
    return model
