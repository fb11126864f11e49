"""The one definition of how images become a network's inputs."""

import math
from typing import Any

import keras
from keras import ops

from keras_mlp.serializable import serializable
from keras_mlp.validation import check_switch


@serializable
class ImagePreprocessing(keras.layers.Layer):
    """Turns uint8 images into the float inputs of a network.

    `keras_mlp.data.load` applies this layer to every batch, and an exported model
    carries it inside, so that training and serving cannot differ. It has no weights.

    A scaled pixel is bit for bit what `images.astype("float32") / 255` gives in NumPy:
    eagerly, in `tf.data`, in a SavedModel and under XLA.

    Args:
        flatten: Whether an image becomes one row of numbers. Defaults to `True`.
        scale: Whether pixels are divided by 255, so that they lie between 0 and 1.
            Otherwise they stay 0 to 255. Defaults to `True`.
        **kwargs: `name` and `dtype`, the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Images of dtype uint8. Other integers and floats are taken too, as
            `keras.Sequential` converts its inputs to floats unless it starts with
            `keras.Input(shape, dtype="uint8")`; their pixels also count from 0 to
            255, and the quotient of a float may differ in its last bit.

    Input shape:
        `(batch_size, height, width)` or `(batch_size, height, width, channels)`.

    Output shape:
        `(batch_size, height * width * channels)` if `flatten`, otherwise
        `(batch_size, height, width, channels)`, with one channel if the inputs name
        none. The dtype is the layer's compute dtype.

    Raises:
        ValueError: If `flatten` or `scale` is not a Boolean, or the inputs are not
            images: neither integers nor floats, or of another rank.

    Example:

    ```python
    import numpy as np

    from keras_mlp.data import ImagePreprocessing

    images = np.full((2, 28, 28), 51, dtype="uint8")
    outputs = ImagePreprocessing()(images)
    assert outputs.shape == (2, 784)
    assert outputs.dtype == "float32"
    assert np.all(outputs == np.float32(0.2))

    assert ImagePreprocessing(flatten=False)(images).shape == (2, 28, 28, 1)
    assert np.all(ImagePreprocessing(scale=False)(images) == 51)
    ```
    """

    def __init__(self, flatten: bool = True, scale: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.flatten = check_switch("flatten", flatten)
        self.scale = check_switch("scale", scale)
        # Nothing to create.
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns the images as floats."""
        dtype = keras.backend.standardize_dtype(inputs.dtype)
        if "int" not in dtype and "float" not in dtype:
            raise ValueError(
                f"Layer '{self.name}' expected uint8 images, with pixels 0 to 255. "
                f"Received: inputs of dtype {dtype}. Convert the images with "
                '`images.astype("uint8")`.'
            )
        output_shape = self.compute_output_shape(inputs.shape)
        outputs = _divide_by_255(inputs) if self.scale else inputs
        outputs = ops.cast(outputs, self.compute_dtype)
        if self.flatten:
            # Only one size may be left to be worked out: that of the batch, unless
            # it is the image whose size is not known beforehand.
            size = output_shape[1]
            shape = (ops.shape(inputs)[0], -1) if size is None else (-1, size)
            return ops.reshape(outputs, shape)
        return ops.expand_dims(outputs, -1) if len(inputs.shape) == 3 else outputs

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape that images of this shape get."""
        if len(input_shape) not in (3, 4):
            raise ValueError(
                f"Layer '{self.name}' expected images of shape (batch_size, height, "
                "width) or (batch_size, height, width, channels). "
                f"Received: inputs of shape {tuple(input_shape)}. A single image needs "
                "a batch axis: `images[None]`."
            )
        batch_size, *image_shape = input_shape
        if len(image_shape) == 2:
            image_shape.append(1)
        if not self.flatten:
            return (batch_size, *image_shape)
        known = [size for size in image_shape if size is not None]
        return (batch_size, math.prod(known) if len(known) == 3 else None)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "flatten": self.flatten,
            "scale": self.scale,
        }


def _divide_by_255(pixels: Any) -> Any:
    if "float" in keras.backend.standardize_dtype(pixels.dtype):
        return ops.divide(ops.cast(pixels, "float32"), 255)
    # `pixels / 255` is not the same number everywhere: TensorFlow's graph optimizer
    # and XLA multiply by the rounded 1/255 instead, which is off in the last bit for
    # 126 of the 256 values. Three times the pixel, times the rounded 1/765, is the
    # rounded quotient for each of the 256, and as the first product is one of
    # integers nothing merges the two.
    thrice = ops.multiply(ops.cast(pixels, "int32"), 3)
    return ops.multiply(ops.cast(thrice, "float32"), 1 / 765)
