"""The results as a picture."""

import math
import os
import statistics

from benchmarking import plan
from benchmarking.ratios import Results, round_times
from benchmarking.workload import Workload
from keras_mlp.report.pictures.drawing import BLUE, DARK, GREY, drawing

_SHOWN = (plan.N1, plan.N8, plan.DEEP, plan.WIDE)
_ROW = 0.27  # Inches.


def draw_chart(results: Results, path: str | os.PathLike[str]) -> None:
    """Draws the time of an epoch relative to ours, on a logarithmic scale.

    Args:
        results: What the benchmark wrote.
        path: The PNG file to write.
    """
    panels = []
    for workload in _SHOWN:
        times = {
            name: statistics.median(found)
            for name in plan.CONTESTANTS
            if name not in plan.LARGE
            and (found := round_times(results, workload, name))
        }
        if plan.OURS in times:
            panels.append((workload, times))
    if not panels:
        return
    bars = [len(times) for _, times in panels]
    height = 0.8 + _ROW * sum(bars) + 0.75 * len(bars)
    with drawing(path, 9, height, "Time of an epoch relative to keras_mlp") as figure:
        all_axes = figure.subplots(
            len(panels), 1, sharex=True, squeeze=False, height_ratios=bars
        )[:, 0]
        for axes, (workload, times) in zip(all_axes, panels, strict=True):
            _draw_panel(axes, workload, times)
        all_axes[-1].set_xlabel("times keras_mlp fit, data.load (logarithmic)")


def _draw_panel(axes, workload: Workload, times: dict[str, float]) -> None:
    names = sorted(times, key=times.__getitem__, reverse=True)
    ratios = [times[name] / times[plan.OURS] for name in names]
    colors = [BLUE if name.startswith("keras_mlp") else GREY for name in names]
    axes.set_xscale("log", base=2)
    axes.barh(names, [r - 1 for r in ratios], left=1, color=colors, height=0.7)
    for place, (name, ratio) in enumerate(zip(names, ratios, strict=True)):
        shorter = ratio < 1
        axes.annotate(
            f"{ratio:.2f}  ({times[name]:.2f} s)",
            (ratio, place),
            (-4 if shorter else 4, 0),
            textcoords="offset points",
            ha="right" if shorter else "left",
            va="center",
            fontsize=8,
        )
    axes.axvline(1, color=DARK, linewidth=1)
    axes.grid(visible=False, axis="y")
    axes.set_title(f"{workload.network}, batch {workload.batch_size}")
    low, high = axes.get_xlim()
    low, high = min(low, 0.5 * min(ratios)), max(high, 1.6 * max(ratios))
    axes.set_xlim(low, high)
    ticks = range(math.floor(math.log2(low)), math.ceil(math.log2(high)) + 1)
    axes.set_xticks([2.0**t for t in ticks], [f"{2.0**t:g}" for t in ticks])
    axes.set_xlim(low, high)
    axes.minorticks_off()
