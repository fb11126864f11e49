"""Initial weights by the data: kernels by the outputs' deviation, biases "he+5"."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.layers import MLP
from keras_mlp.layers.mlp_block.layer_parts import LayerParts

# A bias is made of the outputs for so many examples.
EXAMPLES = 5

# The network starts from so many rows at most.
START_ROWS = 50_000


def start_from_data(block: MLP, inputs: Any, seed: int | None) -> None:
    """Sets kernels and biases of a block, layer by layer, by what comes to each.

    Args:
        block: A built block with the "ntk" parametrization.
        inputs: What goes into it, for examples of the training data, `[rows, inputs]`.
        seed: Fixes which examples the biases are made from.
    """
    random = keras.random.SeedGenerator(seed)
    for parts, units in zip(block._parts, block.units, strict=True):
        shape = (units, EXAMPLES)
        examples = keras.random.randint(shape, 0, len(inputs), seed=random)
        # Numbers of an exponential distribution: 1 - uniform is above 0.
        weights = -ops.log(1.0 - keras.random.uniform(shape, seed=random))
        normal = parts.dense.kernel_initializer(parts.dense.kernel.shape)
        inputs = start_layer(parts, inputs, normal, examples, weights)


def start_layer(
    parts: LayerParts, inputs: Any, normal: Any, examples: Any, weights: Any
) -> Any:
    """Sets kernel and bias of a layer, and returns its outputs, without dropout.

    Each column of the kernel is divided by the standard deviation of its unit's product
    with the inputs. The bias takes away from it a random average of a few examples.

    Args:
        parts: The layer.
        inputs: `[rows, inputs]`.
        normal: The kernel before it is divided, `[inputs, units]`.
        examples: Rows that the biases are made from, `[units, EXAMPLES]`.
        weights: Positive weights of these, `[units, EXAMPLES]`.
    """
    dense = parts.dense
    dense.kernel.assign(normal)
    products = dense.product(inputs)
    deviation = ops.std(products, axis=0)
    # A unit whose inputs are constant is left as it is.
    deviation = ops.where(deviation > 0, deviation, 1.0)
    dense.kernel.assign(dense.kernel / deviation)
    products = products / deviation
    chosen = ops.take_along_axis(products, ops.transpose(examples), axis=0)
    shares = ops.transpose(weights / ops.sum(weights, axis=1, keepdims=True))
    dense.bias.assign(-ops.sum(chosen * shares, axis=0))
    outputs = dense.activation(products + dense.bias)
    return outputs if parts.activation is None else parts.activation(outputs)


def some_rows(rows: np.ndarray, seed: int | None) -> np.ndarray:
    """Returns all rows, or as many as a network starts from, drawn at random.

    Args:
        rows: The training data, `[rows, columns]`.
        seed: Fixes which are drawn.
    """
    if len(rows) <= START_ROWS:
        return rows
    return rows[np.random.default_rng(seed).choice(len(rows), START_ROWS, False)]
