"""From labelled files to tensors."""

import os
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from keras_mlp.data.image_files.decoding import decode_image, decode_plain, fitted
from keras_mlp.data.image_folders.image_folder import LabelledFile


def file_tensors(files: Sequence[LabelledFile]) -> tf.data.Dataset:
    """Returns each file, as its path and whether it is plain, and its label, int64.

    Args:
        files: The files.
    """
    # From everywhere: the working directory may change between epochs.
    paths = [os.fsencode(file.path.absolute()) for file in files]
    plain = [file.facts.is_plain for file in files]
    labels = np.array([file.label for file in files], np.int64)
    return tf.data.Dataset.from_tensor_slices(((paths, plain), labels))


def decode_file(
    files: Sequence[LabelledFile], image_shape: tuple[int, int, int]
) -> Callable[[tuple[tf.Tensor, tf.Tensor]], tf.Tensor]:
    """Returns a function from a path, and whether it is plain, to a uint8 image.

    Args:
        files: Those that it will be given.
        image_shape: Height, width and channels.
    """
    all_plain = all(file.facts.is_plain for file in files)

    def decode(file: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        path, is_plain = file
        encoded = tf.io.read_file(path)

        def plain() -> tf.Tensor:
            return fitted(decode_plain(encoded, image_shape[2]), image_shape)

        if all_plain:
            # A smaller program.
            return plain()
        return tf.cond(is_plain, plain, lambda: decode_image(encoded, image_shape))

    return decode
