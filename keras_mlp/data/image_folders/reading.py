"""From labelled files to tensors."""

import os
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from keras_mlp.data.image_decoding import decode_image
from keras_mlp.data.image_folders.image_folder import LabelledFile


def file_tensors(files: Sequence[LabelledFile]) -> tf.data.Dataset:
    """Returns the path, a string, and the label, int64, of each file.

    Args:
        files: The files.
    """
    # From everywhere: the working directory may change between epochs.
    paths = [os.fsencode(file.path.absolute()) for file in files]
    labels = np.array([file.label for file in files], np.int64)
    return tf.data.Dataset.from_tensor_slices((paths, labels))


def decode_file(
    image_shape: tuple[int, int, int],
) -> Callable[[tf.Tensor], tf.Tensor]:
    """Returns a function from a path to a uint8 image of one shape.

    Args:
        image_shape: Height, width and channels.
    """
    return lambda path: decode_image(tf.io.read_file(path), image_shape)
