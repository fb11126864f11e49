"""Checks and conversions of the arrays that the pictures are drawn from."""

from collections.abc import Sequence, Sized

import numpy as np
from numpy.typing import ArrayLike


def invalid(name: str, expected: str, received: object, remedy: str) -> ValueError:
    """Returns the error of a bad argument, so that all have the same form."""
    return ValueError(
        f"Argument `{name}` must {expected}. Received: {received}. {remedy}"
    )


def as_series(name: str, values: ArrayLike) -> np.ndarray:
    """Returns `values` as a one-dimensional float array of at least one number.

    Axes of one entry are dropped: `[n, 1]` is a sequence as well.
    """
    series = np.asarray(values, dtype="float64")
    if series.ndim > 1 and series.size == len(series):
        series = series.reshape(-1)
    if series.ndim != 1 or series.size == 0:
        raise invalid(
            name,
            "be a sequence of at least one number",
            f"shape {series.shape}",
            "Flatten it, or leave the picture out.",
        )
    return series


def check_same_length(
    expected: int, what: str, remedy: str, **sequences: Sized | None
) -> None:
    """Raises unless every sequence that is given has `expected` entries.

    Args:
        expected: The number of entries.
        what: What each entry belongs to, such as "image".
        remedy: What to do about it.
        **sequences: The sequences by argument name. `None` stands for an optional
            argument that was not given.
    """
    for name, sequence in sequences.items():
        if sequence is not None and len(sequence) != expected:
            raise invalid(
                name,
                f"have one entry per {what}, {expected} in all",
                f"{len(sequence)}",
                remedy,
            )


def as_outputs(name: str, values: ArrayLike) -> np.ndarray:
    """Returns a classifier's outputs as a `[n, classes]` float array."""
    outputs = np.asarray(values, dtype="float64")
    if outputs.ndim != 2 or len(outputs) == 0 or outputs.shape[1] < 2:
        raise invalid(
            name,
            "have the shape [n, classes] with at least one row and two classes",
            f"shape {outputs.shape}",
            "Pass what `model.predict(images)` returns; of a single sigmoid output p, "
            "pass the two columns 1 - p and p.",
        )
    return outputs


def as_labels(labels: ArrayLike, count: int, num_classes: int) -> np.ndarray:
    """Returns the true classes, `[count]`, each a number below `num_classes`."""
    array = np.asarray(labels)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise invalid(
            "labels",
            "hold one whole number per example",
            f"shape {array.shape}, dtype {array.dtype}",
            "Turn one-hot labels into numbers with `labels.argmax(axis=-1)`.",
        )
    if array.size and not 0 <= array.min() <= array.max() < num_classes:
        raise invalid(
            "labels",
            f"lie between 0 and {num_classes - 1}, as `probabilities` has "
            f"{num_classes} columns",
            f"labels from {array.min()} to {array.max()}",
            "Pass the outputs of the model that was trained on these classes.",
        )
    check_same_length(
        count,
        "row of `probabilities`",
        "Pass labels and outputs of the same examples.",
        labels=array,
    )
    return array


def names_of_classes(class_names: Sequence[str] | None, count: int) -> list[str]:
    """Returns the names of `count` classes: those given, or else their numbers."""
    if class_names is None:
        return [str(number) for number in range(count)]
    check_same_length(count, "class", "Name every class once.", class_names=class_names)
    return [str(name) for name in class_names]


def as_pixels(name: str, images: ArrayLike) -> np.ndarray:
    """Returns images as an array, without a last axis for grey.

    Args:
        name: The argument's name, for errors.
        images: `[n, height, width]`, `[n, height, width, 1]` or, for colour,
            `[n, height, width, 3]`.

    Returns:
        `[n, height, width]`, or `[n, height, width, 3]` for colour.
    """
    pixels = np.asarray(images)
    if pixels.ndim == 4 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    is_picture = pixels.ndim == 3 or (pixels.ndim == 4 and pixels.shape[-1] == 3)
    if not is_picture or pixels.size == 0:
        raise invalid(
            name,
            "have the shape [n, height, width], with a last axis of 1 (grey) or 3 "
            "(colour) or without one",
            f"shape {pixels.shape}",
            "Reshape flattened images, such as [n, 784] to [n, 28, 28].",
        )
    return pixels


def to_brightness(pixels: np.ndarray, like: np.ndarray | None = None) -> np.ndarray:
    """Returns pixels as floats between 0 (black) and 1 (white), ready to be drawn.

    Whole numbers are taken to go up to 255, floats between 0 and 1 are used as they
    are, and anything else (raw pixels as floats, standardised pixels) is stretched
    between its lowest and its highest value.

    Args:
        pixels: What `as_pixels` returns.
        like: Pixels whose range is used instead of that of `pixels`.
    """
    lowest, highest = _value_range(pixels if like is None else like)
    # A diverged model reconstructs NaN, which has no brightness: show black.
    values = np.nan_to_num(pixels.astype("float64"), nan=lowest)
    return np.clip((values - lowest) / (highest - lowest), 0.0, 1.0)


def _value_range(pixels: np.ndarray) -> tuple[float, float]:
    finite = pixels[np.isfinite(pixels)]
    lowest, highest = (finite.min(), finite.max()) if finite.size else (0, 1)
    limit = 255 if np.issubdtype(pixels.dtype, np.integer) else 1
    if (lowest >= 0 and highest <= limit) or lowest == highest:
        return 0.0, float(limit)
    return float(lowest), float(highest)
