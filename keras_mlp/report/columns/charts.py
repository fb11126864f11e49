"""The pictures of a table's columns: what each matters, and how."""

import os
from collections.abc import Sequence

import numpy as np

from keras_mlp.report.columns.dependence import Dependence
from keras_mlp.report.columns.importance import Importance
from keras_mlp.report.pictures.drawing import (
    BLUE,
    DARK,
    GREY,
    LIGHT_GREY,
    VERMILION,
    drawing,
    printable,
)

_MOST_BARS = 20
_LONGEST_NAME = 18
# Apart for every kind of colour blindness, and by their markers.
_COLORS = (BLUE, VERMILION, "#009E73", "#CC79A7", DARK)
_MARKERS = "os^Dv"


def plot_importance(importance: Importance, path: str | os.PathLike[str]) -> None:
    """Draws a bar for each column, the 20 highest, with its spread.

    Args:
        importance: What `permutation_importance` found.
        path: The PNG file to write. An existing one is replaced.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    count = min(len(importance.names), _MOST_BARS)
    places = range(count)
    matters = importance.matters()
    with drawing(path, 4.8, max(2.4, 0.28 * count + 1.2)) as figure:
        axes = figure.subplots()
        axes.barh(
            places,
            importance.rises[:count],
            xerr=importance.spreads[:count],
            color=[BLUE if matters[place] else LIGHT_GREY for place in places],
            error_kw={"ecolor": DARK, "elinewidth": 1},
        )
        names = [printable(name, _LONGEST_NAME) for name in importance.names[:count]]
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_xlabel(f"rise of the {importance.measure} when shuffled")


def plot_dependence(
    dependence: Dependence,
    path: str | os.PathLike[str],
    ylabel: str,
    names: Sequence[str],
    limits: tuple[float, float],
) -> None:
    """Draws the mean answer over the values of a column.

    Args:
        dependence: What `partial_dependence` found.
        path: The PNG file to write. An existing one is replaced.
        ylabel: What the answer is.
        names: The name of each output. With one there is no legend; of more than five
            those that move most are drawn.
        limits: Where the vertical axis begins and ends, so that pictures compare.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    moves = np.ptp(dependence.outputs, axis=0)
    shown = np.sort(np.argsort(-moves, kind="stable")[: len(_COLORS)])
    with drawing(path, 4.8, 3.4) as figure:
        axes = figure.subplots()
        places: np.ndarray | range = dependence.values
        if not dependence.is_numeric:
            places = range(len(dependence.values))
            labels = [printable(value, 10) for value in dependence.values]
            crowded = len(labels) * max(map(len, labels)) > 36
            axes.set_xticks(places, labels, rotation=90 if crowded else 0)
            axes.set_xlim(-0.5, len(labels) - 0.5)
        for place, color, marker in zip(shown, _COLORS, _MARKERS, strict=False):
            axes.plot(
                places,
                dependence.outputs[:, place],
                color=color,
                marker=marker,
                markersize=4,
                linestyle="-" if dependence.is_numeric else "",
                label=printable(names[place], _LONGEST_NAME),
            )
        margin = 0.05 * (limits[1] - limits[0]) or 0.5
        axes.set_ylim(limits[0] - margin, limits[1] + margin)
        axes.set_xlabel(printable(dependence.name, 40))
        axes.set_ylabel(printable(ylabel, 34))
        if len(names) > 1:
            figure.legend(loc="outside upper center", ncols=min(len(shown), 3))
