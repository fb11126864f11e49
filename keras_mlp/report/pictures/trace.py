"""The picture of our loss over the published one."""

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_series, check_same_length, invalid
from keras_mlp.report.pictures.drawing import BLUE, VERMILION, drawing, printable

_MOST_MARKERS = 60


def plot_trace(
    steps: ArrayLike,
    ours: Sequence[ArrayLike],
    path: str | os.PathLike[str],
    published: ArrayLike | None = None,
    title: str | None = None,
    ylabel: str = "loss",
) -> None:
    """Draws the mean and the range of several runs over a published trace.

    Args:
        steps: The training step of every entry of a trace.
        ours: A trace per run, each with an entry per step.
        path: The PNG file to write. An existing one is replaced.
        published: The published trace. It may stop before ours does.
        title: Heading of the picture.
        ylabel: What the traces hold.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If there is no run, or if lengths do not fit together.

    Example:

    ```python
    from keras_mlp.report import plot_trace

    ours = [[0.9, 0.5, 0.3], [0.8, 0.4, 0.3]]
    plot_trace([0, 100, 200], ours, "trace.png", published=[0.8, 0.5, 0.4])
    ```
    """
    places = as_series("steps", steps)
    if len(ours) == 0:
        raise invalid(
            "ours",
            "hold the trace of at least one run",
            "an empty sequence",
            "Pass a list with one sequence per seed.",
        )
    runs = [as_series(f"ours[{index}]", run) for index, run in enumerate(ours)]
    check_same_length(
        len(places),
        "step",
        "Record every run at the same steps.",
        **{f"ours[{index}]": run for index, run in enumerate(runs)},
    )
    theirs = None
    if published is not None:
        theirs = as_series("published", published)
        if len(theirs) > len(places):
            raise invalid(
                "published",
                f"have at most one entry per step, {len(places)} in all",
                len(theirs),
                "Run for as many steps as were published.",
            )
    label = "ours" if len(runs) == 1 else f"ours, mean of {len(runs)} runs"
    marker = "o" if len(places) <= _MOST_MARKERS else ""
    with drawing(path, 7.6, 4.4, title) as figure:
        axes = figure.subplots()
        if len(runs) > 1:
            axes.fill_between(
                places,
                np.min(runs, axis=0),
                np.max(runs, axis=0),
                color=BLUE,
                alpha=0.2,
                linewidth=0,
                label="ours, lowest to highest",
            )
        axes.plot(
            places,
            np.mean(runs, axis=0),
            color=BLUE,
            marker=marker,
            markersize=4,
            label=label,
        )
        if theirs is not None:
            axes.plot(
                places[: len(theirs)],
                theirs,
                color=VERMILION,
                linestyle="--",
                marker=marker and "s",
                markersize=4,
                label="published",
            )
        axes.set_xlabel("step")
        axes.set_ylabel(printable(ylabel, 40))
        axes.legend()
