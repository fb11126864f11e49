"""The picture of what each layer of a model gives."""

import os
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import invalid
from keras_mlp.report.inside.recording import activations_of
from keras_mlp.report.pictures.drawing import drawing, printable
from keras_mlp.report.text import number, percent

_MOST_EXAMPLES = 12
_MOST_LAYERS = 12
_MOST_UNITS = 400


def plot_activations(
    model: Any,
    x: ArrayLike,
    path: str | os.PathLike[str],
    title: str | None = None,
) -> None:
    """Draws what every layer gives for some examples, one row of cells for each.

    Each layer has a panel, in the order of the calls, and a scale of its own: dark is
    its lowest value, bright its highest. Its heading says how many of its outputs are
    zero, and what the scale is. Columns that are dark in every row are units that none
    of these examples wakes.

    Args:
        model: A Keras model that is built, of any kind.
        x: Examples as the model takes them, `[n, ...]`. The first 12 are drawn.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the model is not built, or there is no example.

    Example:

    ```python
    import keras
    import numpy as np
    from keras_mlp.report import plot_activations

    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(3)]
    )
    plot_activations(model, np.eye(4), "activations.png")
    ```
    """
    examples = np.asarray(x)[:_MOST_EXAMPLES]
    if examples.ndim < 2 or len(examples) == 0:
        raise invalid(
            "x",
            "hold examples, [n, ...], at least one",
            f"shape {examples.shape}",
            "Pass a batch, such as `x_test[:8]`; of one example, `x_test[:1]`.",
        )
    layers = list(activations_of(model, examples).items())
    count = len(examples)
    heading = title or f"What the layers of {getattr(model, 'name', 'it')} give"
    if len(layers) > _MOST_LAYERS:
        heading += f" (the last {_MOST_LAYERS})"
        layers = layers[-_MOST_LAYERS:]
    height = (0.55 + 0.16 * count) * len(layers) + 0.8
    with drawing(path, 7.6, height, heading) as figure:
        panels = figure.subplots(len(layers), 1, squeeze=False)[:, 0]
        for axes, (name, values) in zip(panels, layers, strict=True):
            rows = values.reshape(count, -1)
            axes.imshow(
                rows[:, :_MOST_UNITS],
                cmap="viridis",
                aspect="auto",
                interpolation="nearest",
            )
            axes.grid(False)
            some = rows.shape[1]
            shown = f"{some:,} units"
            if some > _MOST_UNITS:
                shown = f"{_MOST_UNITS} of {shown}"
            axes.set_title(
                f"{printable(name, 30)}: {shown}, {percent((rows == 0).mean())} zero, "
                f"from {number(rows.min())} to {number(rows.max())}",
                fontsize=10,
            )
            axes.set_yticks(range(count) if count <= 4 else [0, count - 1])
            axes.set_xticks([])
            axes.set_ylabel("example", fontsize=8)
        panels[-1].set_xlabel("unit")
