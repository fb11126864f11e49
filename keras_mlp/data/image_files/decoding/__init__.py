"""The bytes of image files as images, eagerly or inside a graph."""

from keras_mlp.data.image_files.decoding.decode_image import (
    decode_as_shown,
    decode_image,
    decode_plain,
    fitted,
)

__all__ = ["decode_as_shown", "decode_image", "decode_plain", "fitted"]
