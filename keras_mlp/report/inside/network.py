"""The drawing of a network, with its sizes."""

import itertools
import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_mlp.report.inside.recording import kernel_of, layers_with_kernels
from keras_mlp.report.pictures.drawing import (
    BLUE,
    DARK,
    GREY,
    LIGHT_GREY,
    drawing,
    printable,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_DRAWN = 7
_CENTRED: Any = {"horizontalalignment": "center", "verticalalignment": "center"}


def plot_network(
    model: Any, path: str | os.PathLike[str], title: str | None = None
) -> None:
    """Draws the layers of a network from left to right, with their sizes.

    Each layer with a kernel is a column of units, the inputs the first one. Of many
    units six are drawn. Below stand name, width, activation and number of weights.

    Args:
        model: A Keras model that is built.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture. Defaults to the number of all weights.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the model is not built, or holds no layer with a kernel.

    Example:

    ```python
    import keras
    from keras_mlp.report import plot_network

    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(3)]
    )
    plot_network(model, "network.png")
    ```
    """
    layers = layers_with_kernels(model)
    inputs = kernel_of(layers[0].layer).shape[-2]
    columns = [(inputs, f"{inputs:,} inputs")]
    for name, layer in layers:
        units = kernel_of(layer).shape[-1]
        count = sum(math.prod(weight.shape) for weight in layer.weights)
        activation = getattr(layer, "activation", None)
        function = getattr(activation, "__name__", type(activation).__name__)
        lines = [printable(name, 18), f"{units:,} units"]
        if activation is not None and function != "linear":
            lines[1] += f", {function}"
        columns.append((units, "\n".join([*lines, f"{count:,} weights"])))
    heading = title or f"{model.count_params():,} weights in all"
    width = max(4.5, 1.9 * len(columns))
    with drawing(path, width, 3.6, heading) as figure:
        _draw(figure.subplots(), columns)


def _draw(axes: "Axes", columns: list[tuple[int, str]]) -> None:
    places = [_heights(units) for units, _ in columns]
    for left, (here, there) in enumerate(itertools.pairwise(places)):
        starts, ends = (grid.ravel() for grid in np.meshgrid(here, there))
        axes.plot(
            [np.full(len(starts), left), np.full(len(ends), left + 1)],
            [starts, ends],
            color=LIGHT_GREY,
            linewidth=0.7,
            zorder=1,
        )
    last = len(columns) - 1
    for left, (heights, (units, text)) in enumerate(zip(places, columns, strict=True)):
        axes.scatter(
            np.full(len(heights), left),
            heights,
            s=150,
            color="white" if left == 0 else BLUE,
            edgecolors=GREY if left == 0 else "white",
            zorder=2,
        )
        if units > len(heights):
            # Between the two halves: there are more.
            axes.text(left, 0, "⋮", fontsize=14, **_CENTRED)
        axes.text(
            left,
            -4.6,
            text,
            color=DARK,
            fontsize=9,
            horizontalalignment="center",
            verticalalignment="top",
        )
    axes.set_xlim(-0.5, last + 0.5)
    axes.set_ylim(-7.2, 4.7)
    axes.set_axis_off()


def _heights(units: int) -> np.ndarray:
    """Returns where the units of a column are: with a gap amid those of many."""
    if units <= _MOST_DRAWN:
        return np.arange(units) - (units - 1) / 2.0
    return np.array([-4, -3, -2, 2, 3, 4.0])
