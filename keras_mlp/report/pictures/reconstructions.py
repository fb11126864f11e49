"""The picture of what an autoencoder keeps of its images."""

import os

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import (
    as_pixels,
    check_same_length,
    invalid,
    to_brightness,
)
from keras_mlp.report.pictures.drawing import draw_image, drawing
from keras_mlp.report.text import number

_MOST_SHOWN = 10


def plot_reconstructions(
    originals: ArrayLike,
    reconstructions: ArrayLike,
    path: str | os.PathLike[str],
    codes: ArrayLike | None = None,
    title: str | None = None,
) -> None:
    """Draws originals over their reconstructions, and the codes in between.

    The first ten images are shown. Below each reconstruction stands its mean squared
    error; below that the code that it was made from, a cell per number, all in one
    colour scale.

    Args:
        originals: `[n, height, width]`, with a last axis of 1 or 3 or without one.
        reconstructions: The autoencoder's outputs for them, of the same shape.
        path: The PNG file to write. An existing one is replaced.
        codes: The outputs of its encoder, `[n, size]`.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the shapes do not fit together.

    Example:

    ```python
    import numpy as np
    from keras_mlp.report import plot_reconstructions

    images = np.random.default_rng(0).random((4, 28, 28, 1))
    plot_reconstructions(images, images**2, "reconstructions.png")
    ```
    """
    above = as_pixels("originals", originals)
    below = as_pixels("reconstructions", reconstructions)
    if above.shape != below.shape:
        raise invalid(
            "reconstructions",
            f"have the shape of `originals`, {above.shape}",
            f"shape {below.shape}",
            "Pass what the autoencoder returns for these images.",
        )
    if codes is not None:
        codes = _as_codes(codes, len(above))

    shown = min(len(above), _MOST_SHOWN)
    above, below = above[:shown], below[:shown]
    # In the units of the arguments, as the loss that the autoencoder was trained on.
    differences = above.astype("float64") - below
    errors = np.square(differences).reshape(shown, -1).mean(axis=1)
    # Both on the scale of the originals, to be compared by eye.
    below = to_brightness(below, like=above)
    above = to_brightness(above)

    rows = 2 if codes is None else 3
    size = (max(1.05 * shown + 0.7, 4.5), 2.8 if codes is None else 4.1)
    with drawing(path, *size, title) as figure:
        figure.set_layout_engine("constrained", w_pad=0.04, h_pad=0.06)
        panels = figure.subplots(
            rows, shown, squeeze=False, height_ratios=(3, 3, 1)[:rows]
        )
        for index in range(shown):
            draw_image(panels[0, index], above[index])
            draw_image(panels[1, index], below[index])
            panels[1, index].set_xlabel(number(errors[index]), labelpad=3, fontsize=9)
        panels[0, 0].set_ylabel("original")
        panels[1, 0].set_ylabel("reconstruction\nand its error")
        if codes is not None:
            _draw_codes(panels[2], codes)


def _as_codes(codes: ArrayLike, count: int) -> np.ndarray:
    array = np.asarray(codes, dtype="float64")
    if array.ndim != 2 or array.size == 0:
        raise invalid(
            "codes",
            "have the shape [n, size]",
            f"shape {array.shape}",
            "Pass what the encoder returns for these images.",
        )
    check_same_length(count, "image", "Pass the code of every image.", codes=array)
    return array[:_MOST_SHOWN]


def _draw_codes(panels: np.ndarray, codes: np.ndarray) -> None:
    finite = codes[np.isfinite(codes)]
    lowest, highest = finite.min(initial=0.0), finite.max(initial=0.0)
    for axes, code in zip(panels, codes, strict=True):
        image = axes.imshow(
            code[np.newaxis],
            cmap="viridis",
            vmin=lowest,
            vmax=highest,
            aspect="auto",
            interpolation="nearest",
        )
        axes.grid(False)
        axes.set_xticks([0, code.size - 1], ["1", str(code.size)])
        axes.set_yticks([])
        axes.tick_params(length=0, labelsize=8)
    panels[0].set_ylabel("code")
    bar = panels[0].figure.colorbar(
        image, ax=panels, location="bottom", aspect=30, shrink=0.4, pad=0.15
    )
    bar.set_label("value of each number of the code")
    bar.outline.set_visible(False)
