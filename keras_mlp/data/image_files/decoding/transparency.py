"""Transparent images, laid on a ground."""

import tensorflow as tf

from keras_mlp.data.image_files.decoding.parts import head_of, is_png, number, png_chunk

OPAQUE = -1
# Of a PNG file; its place, and the bit that says that each pixel has an alpha value.
_COLOUR_TYPE = 25
_ALPHA = 4


def may_be_transparent(encoded: tf.Tensor) -> tf.Tensor:
    """Returns whether a PNG file has alpha values, or a transparent colour.

    A JPEG file has not. Only where this is so, TensorFlow decodes them right.

    Args:
        encoded: A scalar string tensor with the bytes of the file.
    """

    def of_png() -> tf.Tensor:
        head = head_of(encoded)
        colour_type = number(head, tf.constant(_COLOUR_TYPE, tf.int64), 1)
        return ((colour_type & _ALPHA) > 0) | (png_chunk(head, b"tRNS") >= 0)

    return tf.cond(is_png(encoded), of_png, lambda: tf.constant(False))


def on_ground(image: tf.Tensor, alpha: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Lays an image on the ground that its ink contrasts with.

    That is white if what is to be seen, weighted by how opaque it is, is dark on the
    mean, and black if it is light, or if nothing is to be seen.

    Args:
        image: uint8, `[height, width, channels]`, 1 or 3 of them.
        alpha: uint8, `[height, width, 1]`; 0 is transparent, 255 opaque.

    Returns:
        The image, uint8, and the ground, int32: 255 or 0, `OPAQUE` if nothing of it
        shows.

    Example:

    ```python
    import tensorflow as tf
    from keras_mlp.data.image_files.decoding.transparency import on_ground

    black = tf.zeros((1, 2, 1), tf.uint8)
    alpha = tf.constant([[[255], [0]]], tf.uint8)
    image, ground = on_ground(black, alpha)
    assert ground == 255 and image[0, 0, 0] == 0 and image[0, 1, 0] == 255
    ```
    """
    lightness = image if image.shape[-1] == 1 else tf.image.rgb_to_grayscale(image)
    weights = tf.cast(alpha, tf.float32)
    ink = tf.reduce_sum(tf.cast(lightness, tf.float32) * weights)
    is_dark = ink < 127.5 * tf.reduce_sum(weights)
    ground = tf.where(is_dark, 255, 0)
    # 255 * 255 + 127 fits into 16 bits.
    share = tf.cast(alpha, tf.uint16)
    laid = tf.cast(image, tf.uint16) * share + tf.cast(ground, tf.uint16) * (
        255 - share
    )
    laid = tf.cast((laid + 127) // 255, tf.uint8)
    return laid, tf.where(tf.reduce_all(alpha == 255), OPAQUE, ground)
