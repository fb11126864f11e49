"""How an image must be rotated before it is shown."""

import tensorflow as tf

from keras_mlp.data.image_files.decoding.parts import (
    head_of,
    is_png,
    jpeg_exif,
    number,
    png_chunk,
)

_ORIENTATION = 0x0112
_SHORT = 3
# Of twelve bytes each: more than any program writes.
_MOST_ENTRIES = 1000


def orientation_of(encoded: tf.Tensor) -> tf.Tensor:
    """Returns the EXIF orientation of a PNG or JPEG file, 1 to 8; 1 if it has none.

    Args:
        encoded: A scalar string tensor with the bytes of the file. EXIF data are looked
            for before the pixels, in the first MiB.

    Example:

    ```python
    import tensorflow as tf
    from keras_mlp.data.image_files.decoding.orientation import orientation_of

    plain = tf.io.encode_jpeg(tf.zeros((4, 4, 1), tf.uint8))
    assert orientation_of(plain) == 1
    ```
    """
    head = head_of(encoded)
    start = tf.cond(
        is_png(encoded),
        lambda: png_chunk(head, b"eXIf"),
        lambda: jpeg_exif(head),
    )
    return tf.cond(start < 0, lambda: tf.constant(1), lambda: _orientation(head, start))


def turned(image: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Returns an image turned as its EXIF orientation says.

    Args:
        image: `[height, width, channels]`.
        orientation: int32, 1 to 8.
    """
    lies = orientation >= 5
    image = tf.transpose(image, tf.where(lies, [1, 0, 2], [0, 1, 2]))

    def step(orientations: tuple[int, ...]) -> tf.Tensor:
        return tf.where(tf.reduce_any(orientation == orientations), -1, 1)

    return image[:: step((3, 4, 7, 8)), :: step((2, 3, 6, 7))]


def _orientation(head: tf.Tensor, start: tf.Tensor) -> tf.Tensor:
    """Returns what the EXIF data say that begin at a place."""
    # "II" or "MM"; then 42 and the place of the entries, and how many there are.
    little = number(head, start, 1) == ord("I")
    place = start + number(head, start + 4, 4, little)
    count = tf.minimum(number(head, place, 2, little), _MOST_ENTRIES)
    starts = place + 2 + 12 * tf.range(count)
    # Tag, type and value stand at 0, 2 and 8 of each entry.
    places = starts[:, None] + tf.constant([0, 1, 2, 3, 8, 9], tf.int64)
    # The last byte is a zero, and so is what lies outside.
    places = tf.minimum(places, tf.size(head, out_type=tf.int64) - 1)
    pairs = tf.reshape(tf.cast(tf.gather(head, places), tf.int32), (-1, 3, 2))
    numbers = tf.reduce_sum(pairs * tf.where(little, [1, 256], [256, 1]), axis=-1)
    tag, kind, value = numbers[:, 0], numbers[:, 1], numbers[:, 2]
    is_right = (tag == _ORIENTATION) & (kind == _SHORT) & (value >= 1) & (value <= 8)
    is_exif = number(head, start + 2, 2, little) == 42
    return tf.concat([tf.boolean_mask(value, is_right & is_exif), [1]], axis=0)[0]
