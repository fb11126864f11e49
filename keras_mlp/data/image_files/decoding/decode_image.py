"""Encoded images as they are shown, in the size that a network takes."""

import tensorflow as tf

from keras_mlp.data.image_files.decoding.orientation import orientation_of, turned
from keras_mlp.data.image_files.decoding.parts import is_jpeg, is_png
from keras_mlp.data.image_files.decoding.resizing import resized
from keras_mlp.data.image_files.decoding.transparency import (
    OPAQUE,
    may_be_transparent,
    on_ground,
)


def decode_image(
    encoded: bytes | tf.Tensor,
    image_shape: tuple[int, int, int],
    *,
    invert: bool = False,
) -> tf.Tensor:
    """Decodes a PNG or JPEG image and brings it to a given size.

    It is read as it is shown: turned as its EXIF orientation says, and what is
    transparent is laid on white where the ink is dark, on black where it is light.

    An image of another size is resized, its proportions kept, and filled up with
    black. An image of the right size is not resized. Works eagerly and in a
    `tf.function`, so that a file read here and one sent to an exported model give
    the same image.

    Args:
        encoded: The bytes of the file, or a scalar string tensor.
        image_shape: Height, width and channels (1 or 3).
        invert: Whether dark and light change places first. Defaults to `False`.

    Returns:
        uint8 tensor of shape `image_shape`.

    Raises:
        tf.errors.InvalidArgumentError: If the bytes are no PNG or JPEG image.

    Example:

    ```python
    import tensorflow as tf
    from keras_mlp.data.image_files.decoding import decode_image

    white = tf.io.encode_png(tf.fill((56, 28, 1), tf.constant(255, tf.uint8)))
    image = decode_image(white, (28, 28, 1))
    assert image.shape == (28, 28, 1)
    ```
    """
    image, _ = decode_as_shown(encoded, image_shape[2])
    return fitted(image, image_shape, invert=invert)


def fitted(
    image: tf.Tensor, image_shape: tuple[int, int, int], *, invert: bool = False
) -> tf.Tensor:
    """Returns an image in a given size.

    Args:
        image: uint8, `[height, width, channels]`.
        image_shape: As for `decode_image`.
        invert: As for `decode_image`.
    """
    height, width, _ = image_shape
    if invert:
        image = 255 - image
    image = tf.cond(
        tf.reduce_all(tf.shape(image)[:2] == (height, width)),
        lambda: image,
        lambda: resized(image, height, width),
    )
    return tf.ensure_shape(image, tuple(image_shape))


def decode_as_shown(
    encoded: bytes | tf.Tensor, channels: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes a PNG or JPEG image in its own size.

    Args:
        encoded: The bytes of the file, or a scalar string tensor.
        channels: 1 or 3.

    Returns:
        The image, uint8 `[height, width, channels]`, and the ground that it was laid
        on, int32: 255 for white, 0 for black, `OPAQUE` if nothing of it is transparent.

    Raises:
        tf.errors.InvalidArgumentError: If the bytes are no PNG or JPEG image.
    """
    # As a program: so many small operations, one by one, take a second.
    return _as_shown(tf.convert_to_tensor(encoded), channels)


@tf.function(autograph=False)
def _as_shown(encoded: tf.Tensor, channels: int) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.control_dependencies(
        [
            # TensorFlow decodes other kinds too, of which we could not tell how they
            # are shown.
            tf.debugging.Assert(
                is_png(encoded) | is_jpeg(encoded), ["no PNG or JPEG image"]
            )
        ]
    ):
        encoded = tf.identity(encoded)
    image = decode_plain(encoded, channels)
    image, ground = tf.cond(
        may_be_transparent(encoded),
        lambda: on_ground(image, decode_plain(encoded, 4)[:, :, 3:]),
        lambda: (image, tf.constant(OPAQUE)),
    )
    image = turned(image, orientation_of(encoded))
    image.set_shape((None, None, channels))
    return image, ground


def decode_plain(encoded: tf.Tensor, channels: int) -> tf.Tensor:
    """Decodes an image that says neither how to turn it nor what is transparent.

    Of other images it gives the pixels of the file. Three times as fast as
    `decode_as_shown`.

    Args:
        encoded: A scalar string tensor with the bytes of the file.
        channels: 1, 3 or, with how opaque each pixel is, 4.

    Returns:
        uint8, `[height, width, channels]`.
    """
    image = tf.io.decode_image(encoded, channels=channels, expand_animations=False)
    # Unknown inside a graph, where the bytes are not known.
    image.set_shape((None, None, channels))
    return image
