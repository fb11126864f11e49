"""Reading single image files for a model."""

import errno
import os
import warnings

import numpy as np
import tensorflow as tf

from keras_mlp.data.image_files.decoding import decode_as_shown, fitted
from keras_mlp.data.image_files.decoding.transparency import OPAQUE
from keras_mlp.data.image_files.headers import MAXIMUM_BYTES, check_image
from keras_mlp.files import read_whole


class ImageFileError(ValueError):
    """A file that should be an image cannot be read as one.

    Example:

    ```python
    import pathlib
    import keras_mlp

    pathlib.Path("broken.png").write_text("no image")
    try:
        keras_mlp.data.read_image("broken.png")
    except keras_mlp.data.ImageFileError as error:
        assert "broken.png" in str(error)
    ```
    """


def read_image(
    path: str | os.PathLike[str],
    image_shape: tuple[int, int, int] = (28, 28, 1),
    *,
    invert: bool = False,
) -> np.ndarray:
    """Reads a PNG or JPEG file as an image of a given size.

    It is read as it is shown. A photograph is turned as its EXIF orientation says. What
    is transparent is laid on white where the ink is dark, on black where it is light;
    a `UserWarning` says which.

    An image of another size is resized, its proportions kept, and filled up with
    black. An image of the right size is not resized.

    Args:
        path: The file.
        image_shape: Height, width and channels (1 or 3). Defaults to MNIST's,
            `(28, 28, 1)`.
        invert: Whether dark and light change places first: MNIST's digits are
            white on black, a pen's are dark on white. Defaults to `False`.

    Returns:
        uint8 array of shape `image_shape`.

    Raises:
        OSError: If the file cannot be read: `FileNotFoundError` if there is none, or
            one that says so for a directory, a pipe or a device.
        ImageFileError: If it is no PNG or JPEG image, or a broken one, or one that
            would fill the memory: of more than 512 MiB, of more than 67,108,864
            pixels (8,192 x 8,192), or a JPEG in more than 100 scans. It is then not
            decoded. A `ValueError`.

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
        data = read_whole(path, MAXIMUM_BYTES)
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        raise _error(path, f"a file that {error.strerror}") from error
    try:
        check_image(data, channels=image_shape[2])
    except ValueError as error:
        raise _error(path, str(error)) from error
    try:
        image, ground = decode_as_shown(data, image_shape[2])
        image = fitted(image, image_shape, invert=invert)
    except tf.errors.InvalidArgumentError as error:
        raise _error(path, "a damaged file") from error
    if ground != OPAQUE:
        ink, laid_on = ("dark", "white") if ground == 255 else ("light", "black")
        warnings.warn(
            f"'{os.fspath(path)}' is transparent: its ink is {ink}, so it was placed "
            f"on {laid_on}. Save it without transparency to choose another background.",
            stacklevel=2,
        )
    return image.numpy()


def _error(path: str | os.PathLike[str], received: str) -> ImageFileError:
    return ImageFileError(
        f"`path` must be a PNG or JPEG image. Received: '{os.fspath(path)}', "
        f"{received}. Check that the file is whole and of that format."
    )
