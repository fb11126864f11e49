"""The picture of a training run's history."""

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_mlp.report.arrays import as_series, check_same_length, invalid
from keras_mlp.report.pictures.drawing import (
    BLUE,
    GREY,
    VERMILION,
    drawing,
    printable,
    set_epochs,
)
from keras_mlp.report.text import number

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

_PREFIX = "val_"
_MOST_MARKERS = 30


def plot_history(
    history: Mapping[str, Sequence[float]],
    path: str | os.PathLike[str],
    title: str | None = None,
) -> None:
    """Draws loss and metrics per epoch, train and validation in the same panel.

    The loss comes first, then one panel per metric. The last value of each curve stands
    beside its end, and the epoch of the lowest validation loss is marked in all panels.
    A curve is drawn through its finite values; a panel says from which epoch on its
    training values are not finite.

    Args:
        history: The dictionary `history` of what `fit` returns: a sequence per name,
            with an entry per epoch, validation under the prefix `val_`. A metric that
            gives several numbers per epoch is drawn as their mean.
        path: The PNG file to write. An existing one is replaced.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the history is empty or its sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import plot_history

    history = {"loss": [0.9, 0.4, 0.3], "val_loss": [0.8, 0.5, 0.6]}
    plot_history(history, "history.png", title="digits")
    ```
    """
    if not history:
        raise invalid(
            "history",
            "hold the values of at least one epoch",
            "an empty mapping",
            "Train for an epoch, or leave the picture out.",
        )
    curves = {
        name: _one_value_per_epoch(f"history[{name!r}]", values)
        for name, values in history.items()
    }
    epochs = max(map(len, curves.values()))
    for name, curve in curves.items():
        check_same_length(
            epochs,
            "epoch",
            "Fill the epochs that have no value with nan.",
            **{f"history[{name!r}]": curve},
        )
    # A metric may be reported by validation alone.
    names = list(dict.fromkeys(name.removeprefix(_PREFIX) for name in curves))
    names.sort(key=lambda name: name != "loss")
    best_epoch = _best_epoch(curves.get("val_loss"))

    columns = 2 if len(names) == 4 else min(len(names), 3)
    rows = math.ceil(len(names) / columns)
    size = (max(4.8 * columns, 6.4), 3.4 * rows + 0.9)
    with drawing(path, *size, title) as figure:
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for name, axes in zip(names, panels, strict=False):
            axes.set_ylabel(printable(name, 40))
            set_epochs(axes, 1, epochs)
            _draw_panel(axes, curves.get(name), curves.get(_PREFIX + name), best_epoch)
        for axes in panels[len(names) :]:
            axes.set_axis_off()
        # One legend for all panels, outside them, so that it covers no curve.
        entries: dict[str, Artist] = {}
        for axes in panels:
            handles, labels = axes.get_legend_handles_labels()
            entries |= dict(zip(labels, handles, strict=True))
        figure.legend(
            list(entries.values()),
            list(entries),
            loc="outside lower center",
            ncols=len(entries),
        )


def _one_value_per_epoch(name: str, values: Sequence[float]) -> np.ndarray:
    array = np.asarray(values, dtype="float64")
    if array.ndim > 1:
        array = array.mean(axis=tuple(range(1, array.ndim)))
    return as_series(name, array)


def _best_epoch(validation_loss: np.ndarray | None) -> int | None:
    if validation_loss is None or not np.isfinite(validation_loss).any():
        return None
    finite = np.where(np.isfinite(validation_loss), validation_loss, np.inf)
    return int(finite.argmin()) + 1


def _draw_panel(
    axes: "Axes",
    train: np.ndarray | None,
    validation: np.ndarray | None,
    best_epoch: int | None,
) -> None:
    ends = []
    for curve, label, color, linestyle, marker in (
        (train, "train", BLUE, "-", "o"),
        (validation, "validation", VERMILION, "--", "s"),
    ):
        if curve is None or not np.isfinite(curve).any():
            continue
        epochs = np.flatnonzero(np.isfinite(curve)) + 1
        axes.plot(
            epochs,
            curve[epochs - 1],
            color=color,
            linestyle=linestyle,
            marker=marker if len(epochs) <= _MOST_MARKERS else "",
            markersize=4.5,
            label=label,
        )
        ends.append((curve[epochs[-1] - 1], epochs[-1], color))
    if best_epoch is not None:
        label = f"lowest validation loss (epoch {best_epoch})"
        axes.axvline(best_epoch, color=GREY, linestyle=":", linewidth=1.4, label=label)
    # The upper value above its point, the lower one below: they never overlap.
    ends.sort(key=lambda end: end[0])
    for place, (value, epoch, color) in enumerate(ends):
        is_lower = place == 0 and len(ends) == 2
        axes.annotate(
            number(value),
            (epoch, value),
            xytext=(7, -1 if is_lower else 1),
            textcoords="offset points",
            color=color,
            verticalalignment="top" if is_lower else "bottom",
            fontweight="bold",
            annotation_clip=False,
        )
    if train is not None and not np.isfinite(train).all():
        first = int(np.flatnonzero(~np.isfinite(train))[0]) + 1
        axes.text(
            0.5,
            0.5,
            f"train: not finite from epoch {first} on",
            transform=axes.transAxes,
            horizontalalignment="center",
            fontweight="bold",
        )
