"""What a folder of images holds."""

import os

from keras_mlp.data.image_folders.image_folder import read_folder
from keras_mlp.data.loading.describe import DatasetDescription


def describe_images(
    directory: str | os.PathLike[str],
    *,
    image_size: tuple[int, int] | None = None,
    color: bool | None = None,
    skip_broken: bool = False,
) -> DatasetDescription:
    """Describes a folder of images, as `describe` does other data sets.

    Args:
        directory: The folder, as for `images`, and so are the other arguments.
        image_size: As for `images`. Defaults to `None`: what `images` chooses.
        color: As for `images`. Defaults to `None`: what `images` chooses.
        skip_broken: As for `images`. Defaults to `False`.

    Returns:
        A `DatasetDescription`. Its `image_shape` is the one that `images` brings all
        images to; its `citation` is empty.

    Raises:
        ImageFileError: As `images` does; so are the others.
        ValueError: See there.
        OSError: See there.

    Example:

    ```python
    from pathlib import Path

    import keras
    import numpy as np
    import keras_mlp

    for name, pixel in (("dark", 0), ("light", 255)):
        Path("shades", name).mkdir(parents=True)
        image = np.full((8, 6, 1), pixel, "uint8")
        keras.utils.save_img(f"shades/{name}/1.png", image, scale=False)
    about = keras_mlp.data.describe_images("shades")
    assert about.splits == {"train": 2} and about.image_shape == (8, 6, 1)
    assert about.class_names == ("dark", "light")
    ```
    """
    folder = read_folder(
        directory, image_size=image_size, color=color, skip_broken=skip_broken
    )
    return DatasetDescription(
        name=folder.name,
        splits={split: len(files) for split, files in folder.splits.items()},
        image_shape=folder.image_shape,
        num_classes=len(folder.class_names),
        class_names=folder.class_names,
        citation="",
    )
