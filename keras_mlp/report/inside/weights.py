"""The picture of a layer's weights."""

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from keras_mlp.report.arrays import invalid
from keras_mlp.report.inside.recording import Named, kernel_of, layers_with_kernels
from keras_mlp.report.pictures.drawing import DARK, drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

_MOST_UNITS = 40
_MOST_ROWS = 200
# Fewer inputs are hardly an image.
_SMALLEST_SIDE = 8
# Blue is negative, red positive, white nothing.
_COLORS = "RdBu_r"


def plot_weights(
    model: Any,
    path: str | os.PathLike[str],
    layer: str | keras.layers.Layer | None = None,
    image_shape: Sequence[int] | None = None,
    title: str | None = None,
) -> None:
    """Draws the weights of a layer: as an image for each unit, or as a matrix.

    Weights that are drawn as images show which pixels speak for a unit (red) and which
    against it (blue). Of more than 40 units those with the largest weights are shown.
    Filters of convolutions are images too, the mean over their inputs.

    Args:
        model: A Keras model that is built.
        path: The PNG file to write. An existing one is replaced.
        layer: Which layer: its name, such as `"dense_0"`, or itself. Defaults to the
            first one with a kernel.
        image_shape: `(height, width)` or `(height, width, 1)`, of the images that the
            layer is given as rows of numbers. Defaults to a square, where the layer is
            the first and the number of its inputs is a square of 8 or more.
        title: Heading of the picture. Defaults to the layer's name.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the model is not built, holds no such layer, or the layer has
            other than `height * width` inputs.

    Example:

    ```python
    import keras
    from keras_mlp.report import plot_weights

    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    plot_weights(model, "weights.png")
    ```
    """
    layers = layers_with_kernels(model)
    name, chosen = _find(layers, layer)
    kernel = kernel_of(chosen)
    heading = title or f"Weights of {name}"
    tiles = _as_images(kernel, image_shape, is_first=chosen is layers[0].layer)
    if tiles is None:
        rows, columns = kernel[:_MOST_ROWS].shape
        size = min(max(4.5, 0.12 * columns), 10), min(max(3.2, 0.12 * rows), 8)
        with drawing(path, *size, heading) as figure:
            _draw_matrix(figure, kernel[:_MOST_ROWS])
        return
    units = np.arange(len(tiles))
    if len(tiles) > _MOST_UNITS:
        strength = np.square(tiles).sum(axis=(1, 2))
        units = np.sort(np.argsort(-strength, kind="stable")[:_MOST_UNITS])
        heading += f" ({_MOST_UNITS} of {len(tiles)} units)"
    columns = min(len(units), 8)
    rows = math.ceil(len(units) / columns)
    with drawing(path, max(columns + 1.3, 4.5), 1.2 * rows + 0.9, heading) as figure:
        _draw_tiles(figure, tiles[units], units, rows, columns)


def _find(layers: list[Named], wanted: Any) -> Named:
    if wanted is None:
        return layers[0]
    for each in layers:
        if wanted is each.layer or wanted == each.name:
            return each
    raise invalid(
        "layer",
        f"be one of {', '.join(each.name for each in layers)}",
        repr(getattr(wanted, "name", wanted)),
        "These are the layers with a kernel.",
    )


def _as_images(
    kernel: np.ndarray, image_shape: Sequence[int] | None, is_first: bool
) -> np.ndarray | None:
    """Returns an image for each unit, `[units, height, width]`, if they are images."""
    if kernel.ndim == 4:
        return np.moveaxis(kernel.mean(axis=2), -1, 0)
    inputs = len(kernel)
    side = math.isqrt(inputs)
    if image_shape is None:
        if not is_first or side < _SMALLEST_SIDE or side * side != inputs:
            return None
        image_shape = (side, side)
    if math.prod(image_shape) != inputs or math.prod(image_shape[2:]) != 1:
        raise invalid(
            "image_shape",
            f"be (height, width), with a product of {inputs}, the inputs of the layer",
            repr(tuple(image_shape)),
            "Leave it out for the weights as a matrix.",
        )
    return kernel.T.reshape(-1, *image_shape[:2])


def _draw_tiles(
    figure: "Figure", tiles: np.ndarray, units: np.ndarray, rows: int, columns: int
) -> None:
    # Few weights are much larger than the others, which would look like nothing.
    limit = float(np.quantile(np.abs(tiles), 0.995)) or 1.0
    figure.set_layout_engine("constrained", w_pad=0.03, h_pad=0.03)
    panels = figure.subplots(rows, columns, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    for axes, tile, unit in zip(panels.flat, tiles, units, strict=False):
        image = axes.imshow(
            tile, cmap=_COLORS, vmin=-limit, vmax=limit, interpolation="nearest"
        )
        axes.set_title(f"{unit}", loc="center", fontsize=8, pad=2, color=DARK)
    _add_scale(figure, image, panels)


def _draw_matrix(figure: "Figure", kernel: np.ndarray) -> None:
    from matplotlib.ticker import MaxNLocator

    axes = figure.subplots()
    limit = float(np.abs(kernel).max()) or 1.0
    image = axes.imshow(
        kernel,
        cmap=_COLORS,
        vmin=-limit,
        vmax=limit,
        aspect="auto",
        interpolation="nearest",
    )
    axes.grid(False)
    axes.set_xlabel("unit")
    axes.set_ylabel("input")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _add_scale(figure, image, axes)


def _add_scale(figure: "Figure", image: "AxesImage", beside: Any) -> None:
    bar = figure.colorbar(image, ax=beside, shrink=0.7, extend="both")
    bar.set_label("weight")
    bar.outline.set_visible(False)
