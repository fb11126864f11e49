"""Encoded images as a network's images, eagerly or inside a graph."""

import tensorflow as tf


def decode_image(
    encoded: bytes | tf.Tensor,
    image_shape: tuple[int, int, int],
    *,
    invert: bool = False,
) -> tf.Tensor:
    """Decodes a PNG or JPEG image and brings it to a given size.

    An image of another size is resized, its proportions kept, and filled up with
    black. An image of the right size is not changed at all. Works eagerly and in a
    `tf.function`, so that a file read here and one sent to an exported model give
    the same image.

    Args:
        encoded: The bytes of the file, or a scalar string tensor.
        image_shape: Height, width and channels (1 or 3).
        invert: Whether dark and light change places first. Defaults to `False`.

    Returns:
        uint8 tensor of shape `image_shape`.

    Raises:
        tf.errors.InvalidArgumentError: If the bytes are no image.

    Example:

    ```python
    import tensorflow as tf
    from keras_mlp.data.decoding import decode_image

    white = tf.io.encode_png(tf.fill((56, 28, 1), tf.constant(255, tf.uint8)))
    image = decode_image(white, (28, 28, 1))
    assert image.shape == (28, 28, 1)
    ```
    """
    height, width, channels = image_shape
    image = tf.io.decode_image(encoded, channels=channels, expand_animations=False)
    # Unknown inside a graph, where the bytes are not known.
    image.set_shape((None, None, channels))
    if invert:
        image = 255 - image
    image = tf.cond(
        tf.reduce_all(tf.shape(image)[:2] == (height, width)),
        lambda: image,
        lambda: _resized(image, height, width),
    )
    return tf.ensure_shape(image, image_shape)


def _resized(image: tf.Tensor, height: int, width: int) -> tf.Tensor:
    # Not `tf.image.resize_with_pad`: it finds the new size with floats, which come out
    # a pixel smaller in some graphs than they do eagerly (84 * (1 / 28) is above 3).
    size = tf.shape(image)
    limited_by_width = size[1] * height >= size[0] * width
    resized_height = tf.where(limited_by_width, size[0] * width // size[1], height)
    resized_width = tf.where(limited_by_width, width, size[1] * height // size[0])
    # A thin line stays one.
    resized_height = tf.maximum(resized_height, 1)
    resized_width = tf.maximum(resized_width, 1)
    # Averages the pixels that fall together; plain sampling loses strokes.
    resized = tf.image.resize(image, [resized_height, resized_width], antialias=True)
    resized = tf.cast(tf.clip_by_value(tf.round(resized), 0, 255), tf.uint8)
    top, left = (height - resized_height) // 2, (width - resized_width) // 2
    return tf.image.pad_to_bounding_box(resized, top, left, height, width)
