"""The picture of what a model answers everywhere in a plane."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import invalid
from keras_mlp.report.evaluation.evaluated import Evaluated, evaluate
from keras_mlp.report.evaluation.examples import Examples
from keras_mlp.report.pictures.drawing import DARK, drawing, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIDE = 200
_MARKERS = "os^Dv*PX"
_MOST_POINTS = 2000


def plot_boundary(
    model: Any,
    x: ArrayLike,
    y: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draws what a model of two numbers answers everywhere, and its examples.

    Of a classifier the ground has the colour of the answer, the stronger the surer, and
    each class of examples a mark of its own. Of a regression the ground shows the
    output, in the scale of the examples.

    Args:
        model: What has Keras' `predict` and takes `[n, 2]`.
        x: The examples, `[n, 2]`. At most 2,000 are drawn.
        y: Their classes or numbers, `[n]`.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If `x` does not have two columns, or does not fit `y` and the model.

    Example:

    ```python
    import keras
    import numpy as np
    from keras_mlp.report import plot_boundary

    x = np.random.default_rng(0).normal(size=(100, 2))
    y = (x[:, 0] > 0).astype("int64")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "softmax")])
    plot_boundary(model, x, y, "boundary.png")
    ```
    """
    points = np.asarray(x)
    if points.ndim != 2 or points.shape[1] != 2:
        raise invalid(
            "x",
            "have two columns, [n, 2]",
            f"shape {points.shape}",
            "Of more columns, a plane shows nothing: use `report.write`.",
        )
    evaluated = evaluate(model, (points, np.asarray(y)), class_names=class_names)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.06 * (high - low)
    edges = [
        np.linspace(start, end, _SIDE, dtype="float64")
        for start, end in zip(low - margin, high + margin, strict=True)
    ]
    grid = np.stack(np.meshgrid(*edges), axis=-1).reshape(-1, 2).astype(points.dtype)
    names = evaluated.examples.column_names
    asked = Examples(grid, np.zeros(len(grid)), names)
    answers = evaluated.answer(asked).reshape(_SIDE, _SIDE, -1)
    extent = (edges[0][0], edges[0][-1], edges[1][0], edges[1][-1])
    with drawing(path, 6.4, 4.8, title) as figure:
        axes = figure.subplots()
        axes.grid(False)
        if evaluated.labels is not None:
            _draw_classes(axes, evaluated, points, answers, extent)
        else:
            _draw_numbers(axes, evaluated, points, answers[..., 0], extent)
        axes.set_xlabel("first column")
        axes.set_ylabel("second column")
        axes.set_xlim(*extent[:2])
        axes.set_ylim(*extent[2:])


def _draw_classes(
    axes: "Axes",
    evaluated: Evaluated,
    points: np.ndarray,
    answers: np.ndarray,
    extent: tuple[float, float, float, float],
) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import to_rgb

    names = evaluated.names
    colors: list[Any] = [
        "#0072B2",
        "#D55E00",
        "#009E73",
        "#CC79A7",
        "#E69F00",
        "#56B4E9",
    ]
    if len(names) > len(colors):
        colors = [colormaps["tab20"](place % 20)[:3] for place in range(len(names))]
    palette = np.array([to_rgb(color) for color in colors[: len(names)]])
    answer = answers.argmax(axis=-1)
    # White where it is no surer than by chance.
    chance = 1 / len(names)
    sure = (answers.max(axis=-1, keepdims=True) - chance) / (1 - chance)
    ground = 1 - 0.55 * np.clip(sure, 0.0, 1.0) * (1 - palette[answer])
    axes.imshow(ground, origin="lower", extent=extent, aspect="auto")
    if len(np.unique(answer)) > 1:
        borders = np.arange(len(names) - 1) + 0.5
        axes.contour(
            answer, borders, extent=extent, colors=DARK, linewidths=1.2, origin="lower"
        )
    labels = evaluated.labels
    assert labels is not None
    right = float((evaluated.answers.argmax(axis=1) == labels).mean())
    for place, name in enumerate(names):
        own = points[labels == place][:_MOST_POINTS]
        axes.scatter(
            own[:, 0],
            own[:, 1],
            s=22,
            marker=_MARKERS[place % len(_MARKERS)],
            color=palette[place],
            edgecolors="white",
            linewidths=0.6,
            label=printable(name, 16),
        )
    axes.set_title(f"{right:.1%} of {len(labels):,} right")
    axes.figure.legend(loc="outside right upper", title="true class")


def _draw_numbers(
    axes: "Axes",
    evaluated: Evaluated,
    points: np.ndarray,
    answers: np.ndarray,
    extent: tuple[float, float, float, float],
) -> None:
    assert evaluated.targets is not None
    targets = evaluated.targets[:, 0]
    scale = {
        "cmap": "viridis",
        "vmin": min(targets.min(), answers.min()),
        "vmax": max(targets.max(), answers.max()),
    }
    image = axes.imshow(answers, origin="lower", extent=extent, aspect="auto", **scale)
    axes.scatter(
        points[:_MOST_POINTS, 0],
        points[:_MOST_POINTS, 1],
        c=targets[:_MOST_POINTS],
        s=24,
        edgecolors="white",
        linewidths=0.6,
        **scale,
    )
    bar = axes.figure.colorbar(image, ax=axes)
    bar.set_label("ground: predicted; points: true")
    bar.outline.set_visible(False)
