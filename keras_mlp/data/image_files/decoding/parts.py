"""The parts that PNG and JPEG files consist of, read by TensorFlow's operations.

So they can be read inside an exported model too. Offsets and lengths come from the
file: whatever it says, nothing is read outside of it and no loop is long.
"""

from collections.abc import Callable

import tensorflow as tf

# What is looked for stands before the pixels. A file may have any number of other parts
# there; so many bytes and parts are looked at.
HEAD = 2**20
MOST_PARTS = 256

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_END = 0xFFD9
_PIXELS = 0xFFDA
_EXIF_SEGMENT = 0xFFE1
_EXIF = int.from_bytes(b"Exif", "big")

# Two numbers of four bytes each.
_WORDS = tuple[tf.Tensor, tf.Tensor]


def is_png(encoded: tf.Tensor) -> tf.Tensor:
    """Returns whether bytes begin as those of a PNG file.

    Args:
        encoded: A scalar string tensor.
    """
    return _begins(encoded, _PNG)


def is_jpeg(encoded: tf.Tensor) -> tf.Tensor:
    """Returns whether bytes begin as those of a JPEG file.

    Args:
        encoded: A scalar string tensor.
    """
    return _begins(encoded, _JPEG)


def head_of(encoded: tf.Tensor) -> tf.Tensor:
    """Returns the first bytes of a file, uint8, and some zeros after them.

    Args:
        encoded: A scalar string tensor, not empty.
    """
    head = tf.io.decode_raw(tf.strings.substr(encoded, 0, HEAD), tf.uint8)
    return tf.pad(head, [[0, 16]])


def number(
    head: tf.Tensor, place: tf.Tensor, size: int, little: tf.Tensor | bool = False
) -> tf.Tensor:
    """Returns the number that stands at a place, int64; 0 outside of the head.

    Args:
        head: What `head_of` returns.
        place: Where the number begins, int64.
        size: How many bytes it has, up to 4.
        little: Whether the lowest byte comes first.
    """
    # The last bytes are zeros.
    last = tf.size(head, out_type=tf.int64) - size
    place = tf.where(place < 0, last, tf.minimum(place, last))
    digits = tf.cast(head[place : place + size], tf.int64)
    digits = tf.where(little, digits[::-1], digits)
    return tf.reduce_sum(digits * [256**power for power in reversed(range(size))])


def png_chunk(head: tf.Tensor, kind: bytes) -> tf.Tensor:
    """Returns where the contents of the first chunk of a kind begin, or -1.

    Args:
        head: What `head_of` returns, of a PNG file.
        kind: The name of the chunk, four bytes. It must stand before the pixels.
    """
    wanted, pixels = (int.from_bytes(name, "big") for name in (kind, b"IDAT"))
    place, (_, last) = _walk(
        head,
        len(_PNG),
        # 0 is at the end.
        lambda length, name: (name != wanted) & (name != pixels) & (name != 0),
        lambda length, name: 12 + length,
    )
    return tf.where(last == wanted, place + 8, -1)


def jpeg_exif(head: tf.Tensor) -> tf.Tensor:
    """Returns where the EXIF data of a JPEG file begin, or -1.

    Args:
        head: What `head_of` returns, of a JPEG file.
    """

    def is_exif(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
        return (first // 0x10000 == _EXIF_SEGMENT) & (second == _EXIF)

    def goes_on(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
        marker = first // 0x10000
        inside = (marker > 0xFF00) & (marker != _PIXELS) & (marker != _END)
        return inside & ~is_exif(first, second)

    def step(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
        # A marker may have more bytes of 0xFF before it.
        length = tf.cast(2 + first % 0x10000, tf.int64)
        return tf.where(first // 0x10000 == 0xFFFF, tf.ones_like(length), length)

    place, words = _walk(head, 2, goes_on, step)
    # Two zeros follow the name.
    return tf.where(is_exif(*words), place + 10, -1)


def _begins(encoded: tf.Tensor, signature: bytes) -> tf.Tensor:
    # Of an empty text, `substr` takes no place, not even 0.
    return tf.strings.substr(encoded + "\0", 0, len(signature)) == signature


def _walk(
    head: tf.Tensor,
    start: int,
    goes_on: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    step: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
) -> tuple[tf.Tensor, _WORDS]:
    """Goes from part to part; returns the place of the last, and its first words."""

    def words_at(place: tf.Tensor) -> _WORDS:
        return number(head, place, 4), number(head, place + 4, 4)

    place = tf.constant(start, tf.int64)
    return tf.while_loop(
        lambda place, words: goes_on(*words),
        lambda place, words: (
            place + step(*words),
            words_at(place + step(*words)),
        ),
        (place, words_at(place)),
        maximum_iterations=MOST_PARTS,
    )
