"""The number of features of an input."""

import keras


def known_features(
    layer: keras.layers.Layer, input_shape: tuple[int | None, ...]
) -> int:
    """Returns the size of the last axis, of which a layer makes its weights.

    Args:
        layer: The layer, for the message.
        input_shape: Shape of its inputs.

    Raises:
        ValueError: If it is not known.
    """
    if input_shape[-1] is None:
        raise ValueError(
            f"Layer '{layer.name}' needs to know the size of its inputs' last axis to "
            f"create its weights. Received: input_shape={tuple(input_shape)}. Give the "
            "last axis a size, for example with `keras.Input((8,))`."
        )
    return input_shape[-1]
