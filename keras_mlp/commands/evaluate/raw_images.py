"""Raw images of a data set, for measuring a classifier that takes them."""

import numpy as np

from keras_mlp import data

BATCH_SIZE = 1000


def raw_images(
    dataset: str, split: str, data_dir: str | None
) -> tuple[np.ndarray, np.ndarray]:
    """Returns images, uint8 as they are on disk, and their labels.

    Args:
        dataset: Name of the data set.
        split: A split, in TFDS' syntax.
        data_dir: Where prepared TFDS data sets are, or `None` for TFDS' own place.
    """
    batches = data.load(
        dataset,
        split,
        BATCH_SIZE,
        flatten=False,
        scale=False,
        shuffle=False,
        data_dir=data_dir,
    ).as_numpy_iterator()
    images, labels = zip(*batches, strict=True)
    return np.concatenate(images).astype("uint8"), np.concatenate(labels)
