"""The picture of hidden activations in two dimensions."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_labels, invalid, names_of_classes
from keras_mlp.report.pictures.drawing import drawing, printable
from keras_mlp.report.text import percent

_MOST_POINTS = 2000
_MOST_CLASSES = 20


def principal_components(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the two directions of largest variance, and their shares of it.

    Args:
        values: `[n, features]`, at least two of each.

    Returns:
        The examples in these directions, `[n, 2]`, and the share of each, `[2]`.
    """
    centred = values - values.mean(axis=0)
    directions, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    variances = np.square(sizes)
    shares = variances[:2] / max(variances.sum(), np.finfo("float64").tiny)
    return directions[:, :2] * sizes[:2], shares


def plot_hidden(
    activations: ArrayLike,
    labels: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draws a layer's activations in the two directions in which they vary most (PCA).

    Each example is a point, marked by its class. Classes that lie apart here are easy
    for the layers that follow; those that overlap may still be apart in the directions
    that are not drawn.

    Args:
        activations: What a layer gives for the examples, `[n, units]`.
        labels: The true classes, `[n]`, as whole numbers. 2,000 examples are drawn.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If there are fewer than two examples or units.

    Example:

    ```python
    import numpy as np
    from keras_mlp.report import plot_hidden

    activations = np.random.default_rng(0).normal(size=(60, 16))
    plot_hidden(activations, np.arange(60) % 3, "hidden.png")
    ```
    """
    values = np.asarray(activations, dtype="float64")
    if values.ndim != 2 or min(values.shape) < 2 or not np.isfinite(values).all():
        raise invalid(
            "activations",
            "hold finite numbers, [n, units], at least two of each",
            f"shape {values.shape}",
            "Pass what a layer gives for several examples.",
        )
    count = max(int(np.asarray(labels).max(initial=0)) + 1, len(class_names or ()))
    true = as_labels(labels, len(values), count)
    names = names_of_classes(class_names, count)
    points, shares = principal_components(values)
    with drawing(path, 6.8, 5.2, title) as figure:
        from matplotlib import colormaps

        axes = figure.subplots()
        palette = colormaps["tab10" if count <= 10 else "tab20"]
        for label in np.unique(true[:_MOST_POINTS])[:_MOST_CLASSES]:
            own = points[:_MOST_POINTS][true[:_MOST_POINTS] == label]
            color = palette(int(label) % palette.N)
            axes.scatter(
                own[:, 0], own[:, 1], s=9, color=color, alpha=0.5, linewidths=0
            )
            # The name stands amid its points: told apart without the colours, too.
            left, height = np.median(own, axis=0)
            axes.text(
                left,
                height,
                printable(names[label], 12),
                fontweight="bold",
                horizontalalignment="center",
                verticalalignment="center",
                bbox={
                    "facecolor": "white",
                    "edgecolor": color,
                    "boxstyle": "round,pad=0.2",
                },
            )
        axes.set_xlabel(f"first direction ({percent(shares[0])} of the variance)")
        axes.set_ylabel(f"second direction ({percent(shares[1])})")


def last_hidden(activations: dict[str, Any]) -> tuple[str, np.ndarray] | None:
    """Returns name and values of the last layer before the outputs, flat.

    Args:
        activations: What each layer gives, in order, the outputs last.

    Returns:
        `None` where there is no such layer, or it has a single unit.
    """
    *hidden, (_, outputs) = activations.items()
    for name, values in reversed(hidden):
        rows = values.reshape(len(outputs), -1)
        # An activation or a softmax after the last layer is as wide as the outputs.
        if rows.shape[1] not in (1, outputs.shape[-1]):
            return name, rows
    return None
