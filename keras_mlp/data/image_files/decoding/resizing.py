"""Images in another size, their proportions kept."""

import tensorflow as tf


def resized(image: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Returns an image in another size, filled up with black.

    Args:
        image: uint8, `[height, width, channels]`.
        height: The height to bring it to.
        width: The width to bring it to.
    """
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
    image = tf.image.resize(image, [resized_height, resized_width], antialias=True)
    image = tf.cast(tf.clip_by_value(tf.round(image), 0, 255), tf.uint8)
    top, left = (height - resized_height) // 2, (width - resized_width) // 2
    return tf.image.pad_to_bounding_box(image, top, left, height, width)
