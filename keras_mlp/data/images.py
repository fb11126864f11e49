"""Reading single image files for a model."""

import os
from pathlib import Path

import numpy as np
import tensorflow as tf

from keras_mlp.data.decoding import decode_image


class ImageFileError(ValueError):
    """A file that should be an image cannot be read as one."""


def read_image(
    path: str | os.PathLike[str],
    image_shape: tuple[int, int, int] = (28, 28, 1),
    *,
    invert: bool = False,
) -> np.ndarray:
    """Reads a PNG or JPEG file as an image of a given size.

    An image of another size is resized, its proportions kept, and filled up with
    black. An image of the right size is not changed at all.

    Args:
        path: The file.
        image_shape: Height, width and channels (1 or 3). Defaults to MNIST's,
            `(28, 28, 1)`.
        invert: Whether dark and light change places first: MNIST's digits are
            white on black, a pen's are dark on white. Defaults to `False`.

    Returns:
        uint8 array of shape `image_shape`.

    Raises:
        FileNotFoundError: If there is no such file.
        ImageFileError: If it is no PNG or JPEG image, or a broken one.

    Example:

    ```python
    import keras
    import numpy as np
    from keras_mlp.data import read_image

    white = np.full((56, 28, 1), 255, "uint8")
    keras.utils.save_img("white.png", white, scale=False)
    image = read_image("white.png")
    assert image.shape == (28, 28, 1)
    assert image[:, :7].max() == 0 and image[:, 7:21].min() == 255
    ```
    """
    try:
        image = decode_image(Path(path).read_bytes(), image_shape, invert=invert)
    except tf.errors.InvalidArgumentError as error:
        raise ImageFileError(
            f"`path` must be a PNG or JPEG image. Received: '{path}', which cannot be "
            "read as one. Check that the file is whole and of that format."
        ) from error
    return image.numpy()
