"""The fully connected layers of a multilayer perceptron."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.layers.dense import Dense
from keras_mlp.layers.initializers import layer_seeds, seeded_initializer
from keras_mlp.validation import check_known, check_units


def dense_stack(
    units: Sequence[int],
    *,
    activation: str | Callable | None = "relu",
    final_activation: str | Callable | None = None,
    kernel_initializer: Any = "glorot_uniform",
    bias_initializer: Any = "zeros",
    seed: int | None = None,
    names: Sequence[str | None] | None = None,
    dtype: Any = None,
) -> list[keras.layers.Layer]:
    """Returns the layers of a multilayer perceptron, unbuilt.

    The Sequential and the Functional builder take their layers from here, and
    `layers.MLP` draws the same numbers, so that the same arguments and the same
    seed give the same weights in each form of a network.

    Args:
        units: Width of each layer, the last one included.
        activation: Activation of all layers but the last.
        final_activation: Activation of the last layer.
        kernel_initializer: Initializer of every kernel, copied for each layer.
        bias_initializer: Initializer of every bias, copied for each layer.
        seed: Integer that fixes the initial weights.
        names: Name of each layer. Defaults to Keras' own names.
        dtype: Dtype or dtype policy of every layer.

    Returns:
        List of `keras_mlp.layers.Dense`.

    Raises:
        ValueError: If `units` holds anything but positive integers, or Keras does not
            know an activation or initializer.

    Example:

    ```python
    from keras_mlp.layers import dense_stack

    hidden, outputs = dense_stack([128, 10], seed=0)
    assert (hidden.units, outputs.units) == (128, 10)
    ```
    """
    units = check_units("units", units)
    activation = check_known("activation", keras.activations.get, activation)
    final_activation = check_known(
        "final_activation", keras.activations.get, final_activation
    )
    get = keras.initializers.get
    kernel_initializer = check_known("kernel_initializer", get, kernel_initializer)
    bias_initializer = check_known("bias_initializer", get, bias_initializer)
    activations = [activation] * (len(units) - 1) + [final_activation]
    # A kernel and a bias for each layer.
    seeds = layer_seeds(seed, 2 * len(units))
    return [
        Dense(
            layer_units,
            activation=layer_activation,
            kernel_initializer=seeded_initializer(kernel_initializer, kernel_seed),
            bias_initializer=seeded_initializer(bias_initializer, bias_seed),
            name=name,
            dtype=dtype,
        )
        for layer_units, layer_activation, kernel_seed, bias_seed, name in zip(
            units,
            activations,
            seeds[0::2],
            seeds[1::2],
            names or [None] * len(units),
            strict=True,
        )
    ]
