"""The results as a picture."""

import os
from typing import TYPE_CHECKING

from keras_mlp.report.pictures.drawing import BLUE, DARK, GREY, drawing
from measuring_tables.comparison import complete_errors, mean_ranks, mean_seconds
from measuring_tables.plan import CONTESTANTS
from measuring_tables.report import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 0.32  # Inches.


def draw_chart(results: Results, path: str | os.PathLike[str]) -> None:
    """Draws the mean ranks, and how long a fit takes.

    Args:
        results: What `scripts/measure_tables` wrote.
        path: The PNG file to write. Nothing is written where no split is complete.
    """
    errors = complete_errors(results["fits"], results["contestants"])
    ranks = mean_ranks(errors)
    if not ranks:
        return
    names = sorted(ranks, key=ranks.__getitem__, reverse=True)
    seconds = {name: mean_seconds(results["fits"], name) or 0.0 for name in names}
    title = f"{len(errors)} tables, {results['splits']} splits each"
    with drawing(path, 9, 1.4 + _ROW * len(names), title) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        _draw_bars(left, names, ranks, "{:.1f}")
        left.set_xlabel("mean rank, 1 is the best")
        _draw_bars(right, names, seconds, "{:.1f} s")
        right.set_xscale("log")
        right.set_xlabel("mean seconds of a fit (logarithmic)")
        for axes in (left, right):
            low, high = axes.get_xlim()
            # Room for what stands behind the longest bar.
            axes.set_xlim(low, high * (3 if axes is right else 1.1))


def _draw_bars(
    axes: "Axes", names: list[str], values: dict[str, float], text: str
) -> None:
    titles = [CONTESTANTS[name].title for name in names]
    ours = [CONTESTANTS[name].module == "ours" for name in names]
    colors = [BLUE if own else GREY for own in ours]
    bars = axes.barh(titles, [values[name] for name in names], color=colors, height=0.7)
    labels = [text.format(values[name]) for name in names]
    axes.bar_label(bars, labels, padding=4, fontsize=8, color=DARK)
    axes.grid(visible=False, axis="y")
