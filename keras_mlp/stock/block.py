"""The multilayer perceptron of this package, of stock layers."""

import keras

from keras_mlp.layers import MLP


def block_model(block: MLP, input_shape: tuple[int | None, ...]) -> keras.Model:
    """Returns a model that computes what a block computes, with its names of layers.

    Its layers are still those of the block's parts: ours where they are ours.

    Args:
        block: A block with kernels of its own, built for inputs of `input_shape`.
        input_shape: `(batch_size, ..., input_size)`.

    Returns:
        `keras.Sequential` where one layer follows the other, else a Functional model.
    """
    inputs = keras.Input(batch_shape=input_shape, dtype=block.compute_dtype)
    if not any(parts.gate or parts.residual for parts in block._parts):
        return keras.Sequential([inputs, *map(_again, block.layers)], name=block.name)
    outputs = inputs
    for index, parts in enumerate(block._parts):
        before = outputs
        outputs = _again(parts.dense)(before)
        if parts.normalization is not None:
            outputs = _again(parts.normalization)(outputs)
        if parts.gate is not None:
            multiply = keras.layers.Multiply(
                name=f"gated_{index}", dtype=block.dtype_policy
            )
            outputs = multiply([outputs, _again(parts.gate)(before)])
        for part in (parts.activation, parts.dropout):
            if part is not None:
                outputs = _again(part)(outputs)
        if parts.residual:
            added = before
            if parts.projection is not None:
                added = _again(parts.projection)(before)
            add = keras.layers.Add(name=f"residual_{index}", dtype=block.dtype_policy)
            outputs = add([outputs, added])
    return keras.Model(inputs, outputs, name=block.name)


def _again(part: keras.layers.Layer) -> keras.layers.Layer:
    return type(part).from_config(part.get_config())
