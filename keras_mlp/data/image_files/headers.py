"""What the bytes of an image file say about it, before anything is decoded."""

import struct
import zlib
from typing import NamedTuple

import tensorflow as tf

# 8,192 x 8,192: more than cameras give. While it is decoded and resized, a pixel takes
# up to 15 bytes, so this many take 1 GiB; three times as much if it is transparent.
MAXIMUM_PIXELS = 2**26

# As many pixels with four numbers of 16 bits, not compressed at all.
MAXIMUM_BYTES = 2**29

# A progressive JPEG comes in about ten scans. Each goes over the whole image, however
# few bytes it has.
MAXIMUM_SCANS = 100

_PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_SCAN = b"\xff\xda"
_END_OF_JPEG = b"\xff\xd9"


# Of a PNG file: where its colour type stands, those that are grey, and the bit of those
# with a number for each pixel that says how opaque it is.
_COLOUR_TYPE = 25
_GREY = (0, 4)
_ALPHA = 4


class ImageHeader(NamedTuple):
    """What the header of an image file says about its pixels.

    Args:
        height: How many rows there are in the file, before it is turned.
        width: How many pixels there are in a row.
        is_grey: Whether the file has no colours, not even a palette.
        has_alpha: Whether it says for each pixel how opaque it is.
    """

    height: int
    width: int
    is_grey: bool
    has_alpha: bool


def check_image(data: bytes, channels: int) -> ImageHeader:
    """Returns what bytes say of an image, if they are one that is safe to decode.

    That is a PNG or JPEG image. The checksums of a PNG's parts must be right; a JPEG
    has none.

    Args:
        data: The bytes of the file.
        channels: The channels to decode to, 1 or 3.

    Raises:
        ValueError: If they are not; the message says what they are.

    Example:

    ```python
    import tensorflow as tf
    from keras_mlp.data.image_files.headers import check_image

    image = tf.io.encode_png(tf.zeros((5, 7, 1), tf.uint8)).numpy()
    assert check_image(image, channels=1) == (5, 7, True, False)
    ```
    """
    if data.startswith(_PNG):
        header = _png_header(data)
    elif data.startswith(JPEG):
        header = _jpeg_header(data, channels)
    else:
        raise ValueError("an empty file" if not data else "a file of another kind")
    height, width, *_ = header
    if not 0 < height * width <= MAXIMUM_PIXELS:
        raise ValueError(
            f"an image of {width:,} x {height:,} pixels, where {MAXIMUM_PIXELS:,} is "
            "the most"
        )
    return header


def _png_header(data: bytes) -> ImageHeader:
    view = memoryview(data)
    place = len(_PNG)
    size = None
    kind = b""
    while kind != b"IEND":
        if len(data) < place + 12:
            raise ValueError("a PNG file that ends too early")
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 8 + length
        if len(data) < end + 4:
            raise ValueError("a PNG file that ends too early")
        [checksum] = struct.unpack_from(">I", data, end)
        if zlib.crc32(view[place + 4 : end]) != checksum:
            raise ValueError("a damaged PNG file: a checksum is wrong")
        if size is None:
            if kind != b"IHDR" or length != 13:
                raise ValueError("a PNG file that does not begin with its size")
            size = struct.unpack_from(">II", data, place + 8)
        elif kind == b"IHDR":
            raise ValueError("a PNG file with two sizes")
        place = end + 4
    assert size is not None
    width, height = size
    colour_type = data[_COLOUR_TYPE]
    return ImageHeader(height, width, colour_type in _GREY, bool(colour_type & _ALPHA))


def _jpeg_header(data: bytes, channels: int) -> ImageHeader:
    if _END_OF_JPEG not in data:
        raise ValueError("a JPEG file that ends too early")
    # They may also be part of a thumbnail or a comment; never of the pixels.
    scans = data.count(_SCAN)
    if scans > MAXIMUM_SCANS:
        raise ValueError(
            f"a JPEG file with {scans:,} scans, where {MAXIMUM_SCANS} is the most"
        )
    try:
        # By the library that will decode it, from its header alone.
        height, width, components = tf.image.extract_jpeg_shape(data).numpy()
    except tf.errors.InvalidArgumentError as error:
        raise ValueError("a JPEG file with a damaged header") from error
    if components == 4 and channels == 1:
        raise ValueError("a JPEG file for printing, with four inks; save it as RGB")
    # Python's, which do not overflow.
    return ImageHeader(int(height), int(width), bool(components == 1), False)
