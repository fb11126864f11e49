"""Images as exports take them."""

from typing import Any

import numpy as np

from keras_mlp.messages import one_line


def uint8_images(
    name: str, value: Any, image_shape: tuple[int, ...] | None = None
) -> np.ndarray:
    """Returns images as an array, or says what is wrong with them.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed: an array of dtype uint8, a list of such, or lists
            of whole numbers from 0 to 255.
        image_shape: Height, width and channels. Defaults to any.

    Returns:
        uint8 array, `[images, height, width, channels]`.

    Raises:
        ValueError: If it is no such array.

    Example:

    ```python
    from keras_mlp.export.uint8_images import uint8_images

    images = uint8_images("images", [[[[0], [255]]]], (1, 2, 1))
    assert images.shape == (1, 1, 2, 1) and images.dtype == "uint8"
    ```
    """
    try:
        array = np.asarray(value)
        received = f"{array.dtype} of shape {array.shape}"
        if isinstance(value, (list, tuple)) and array.dtype.kind in "iu":
            narrow = array.astype("uint8")
            # Python's numbers have no size of their own.
            array = narrow if np.array_equal(narrow, array) else array
    except (TypeError, ValueError) as error:
        raise _error(name, one_line(error), image_shape) from error
    fits = image_shape is None or array.shape[1:] == image_shape
    if array.dtype != "uint8" or array.ndim != 4 or not fits:
        raise _error(name, received, image_shape)
    return array


def _error(name: str, received: str, shape: tuple[int, ...] | None) -> ValueError:
    sizes = "height, width, channels" if shape is None else ", ".join(map(str, shape))
    return ValueError(
        f"`{name}` must be uint8 images of shape (images, {sizes}). Received: "
        f"{received}. Pass pixels from 0 to 255, as they are in image files."
    )
