"""The images that a page holds."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_mlp.report.arrays import check_same_length, invalid
from keras_mlp.report.play.packing import pack_bytes

# A fair sample, then mistakes that it does not hold, then images of the training.
SAMPLE, MISTAKES, TRAINING = 100, 20, 100

# Characters that the images of one kind may take.
ROOM = 60_000


def checked_images(name: str, images: Any, labels: Any) -> np.ndarray:
    """Returns images with an axis for channels.

    Args:
        name: Name of the argument.
        images: uint8 `[n, height, width]` or `[n, height, width, channels]`.
        labels: As many.

    Raises:
        ValueError: If they are no images.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or not len(images):
        raise invalid(
            name,
            "hold images, uint8, `[n, height, width]` or `[n, height, width, "
            "channels]`, with pixels from 0 to 255",
            f"{images.dtype} of shape {images.shape}",
            "Pass the images as they are on disk.",
        )
    check_same_length(len(images), "image", "Pass both together.", labels=labels)
    return images[..., None] if images.ndim == 3 else images


def chosen_test_images(labels: np.ndarray, answers: np.ndarray) -> tuple[Any, Any]:
    """Returns which test images the page holds: mistakes first.

    Args:
        labels: The true classes.
        answers: Those that the network gave.

    Returns:
        Their places, and for each whether it is of the sample by which accuracy is
        counted: others were chosen for being mistaken.
    """
    sample = np.arange(min(SAMPLE, len(labels)))
    others = np.flatnonzero(labels != answers)
    places = np.concatenate([sample, others[others >= len(sample)][:MISTAKES]])
    order = np.argsort(labels[places] == answers[places], kind="stable")
    return places[order], (places < len(sample))[order]


def evenly_by_class(labels: np.ndarray) -> np.ndarray:
    """Returns the places of training images, as many of each class as there are.

    Args:
        labels: Their classes.
    """
    classes = np.unique(labels)
    each = max(1, TRAINING // len(classes))
    return np.concatenate([np.flatnonzero(labels == one)[:each] for one in classes])


def packed_images(
    images: np.ndarray, labels: Sequence[int], **more: Sequence[Any]
) -> dict[str, Any]:
    """Returns as many images as there is room for, ready for JSON.

    Args:
        images: uint8, `[n, height, width, channels]`.
        labels: The class of each, or 0.
        **more: What else is known of each.
    """
    count = len(images)
    packed = pack_bytes(images)
    while len(packed) > ROOM and count > 1:
        count = max(1, min(count - 1, count * ROOM // len(packed)))
        packed = pack_bytes(images[:count])
    lists = {"labels": labels, **more}
    return {
        "packed": packed,
        **{name: np.asarray(each[:count]).tolist() for name, each in lists.items()},
    }
