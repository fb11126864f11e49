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
    if not any("error" in fit for fit in results["fits"]) or not ranks:
        return
    names = sorted(ranks, key=ranks.__getitem__, reverse=True)
    seconds = {
        name: found
        for name in names
        if (found := mean_seconds(results["fits"], name)) is not None
    }
    splits = [len(of[names[0]]) for of in errors.values()]
    fewest, most = min(splits), max(splits)
    each = f"{fewest} to {most}" if fewest < most else f"{most}"
    title = f"{len(errors)} tables, {each} split{'s' if most > 1 else ''} each"
    with drawing(path, 9, 1.4 + _ROW * len(names), title) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        _draw_bars(left, names, ranks, "{:.2f}")
        left.set_xlim(0, 1.15 * max(ranks.values()))
        left.set_xlabel("mean rank, 1 is the best")
        _draw_bars(right, names, seconds, "{:.1f} s")
        right.set_xscale("log")
        # Powers would be formulas, which texts of pictures are not.
        right.xaxis.set_major_formatter("{x:g}")
        # Room for what stands behind the longest bar.
        right.set_xlim(min(seconds.values()) / 2, 3 * max(seconds.values()))
        right.set_xlabel("mean seconds of a fit (logarithmic)")


def _draw_bars(
    axes: "Axes", names: list[str], values: dict[str, float], text: str
) -> None:
    drawn = [name for name in names if name in values]
    bars = axes.barh(
        [CONTESTANTS[name].title for name in drawn],
        [values[name] for name in drawn],
        color=[BLUE if CONTESTANTS[name].module == "ours" else GREY for name in drawn],
        height=0.7,
    )
    labels = [text.format(values[name]) for name in drawn]
    axes.bar_label(bars, labels, padding=4, fontsize=8, color=DARK)
    axes.grid(visible=False, axis="y")
