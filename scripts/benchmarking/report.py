"""The results as Markdown tables."""

import statistics
from collections.abc import Iterable
from typing import Any

from benchmarking import plan
from benchmarking.ratios import (
    Results,
    find_ratios,
    large_matrix_rate,
    large_matrix_seconds,
    round_times,
)
from benchmarking.workload import Workload


def make_report(results: Results) -> str:
    """Returns all of it.

    Args:
        results: What the benchmark wrote.
    """
    agreement = results["agreement"]
    parts = [
        "# Benchmark",
        circumstances(results),
        f"After an epoch of N1 from the same weights, those of keras_mlp and of Keras "
        f"differ by {agreement['largest_difference']:.1e} at most, having changed by "
        f"{agreement['largest_change']:.1e}.",
        "## Ratios",
        "Ours divided by the other, of medians, or seconds; in brackets the least and "
        "the greatest of a round. Below 1, ours takes less.",
        ratio_table(results),
    ]
    for measured in results["workloads"]:
        parts += [_heading(measured), workload_table(results, measured)]
        parts += [_notes(measured["contestants"])]
    parts += ["## Whole processes: N1", _whole_runs_table(results)]
    parts += ["## Start-up", _start_up_table(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def ratio_table(results: Results) -> str:
    """Returns the table of ratios with their targets."""
    rows = []
    for ratio in find_ratios(results):
        reached, spread = "", ""
        if ratio.reached is not None and ratio.spread is not None:
            reached = f"{ratio.reached:.3g}"
            spread = " ({:.3g} … {:.3g})".format(*ratio.spread)
        rows.append([ratio.what, f"{ratio.target:g}", reached + spread, ratio.verdict])
    return table(["what", "target: at most", "reached", "verdict"], rows)


def workload_table(results: Results, measured: dict[str, Any]) -> str:
    """Returns the times of one workload.

    Args:
        results: What the benchmark wrote.
        measured: One of its workloads.
    """
    workload = Workload(**measured["workload"])
    trains = workload.task == "train"
    first = next(iter(measured["contestants"]))
    ours = round_times(results, workload, plan.OURS if trains else first)
    head = ["what", "median", "least … greatest", "relative to ours"]
    if trains:
        head += ["rate", "first epoch"]
    rows = []
    for name, entry in measured["contestants"].items():
        if name in plan.LARGE:
            continue
        times = round_times(results, workload, name)
        if not times:
            rows.append([name, "cannot: see below", *[""] * (len(head) - 2)])
            continue
        median = statistics.median(times)
        relative = f"{median / statistics.median(ours):.2f}" if ours else ""
        row = [
            name,
            _seconds(median),
            f"{_seconds(min(times))} … {_seconds(max(times))}",
            relative,
        ]
        if trains:
            row += [
                f"{workload.operations / median / 1e9:.0f} GFLOP/s",
                _seconds(sum(entry["first"])),
            ]
        rows.append(row)
    limit, rate = large_matrix_seconds(results), large_matrix_rate(results)
    if measured["name"] == plan.DEEP.name and limit and rate:
        relative = f"{limit / statistics.median(ours):.2f}" if ours else ""
        rate_cell = f"{rate / 1e9:.0f} GFLOP/s"
        name = "as many operations in 4096 x 4096 products"
        rows.append([name, _seconds(limit), "", relative, rate_cell, ""])
    return table(head, rows)


def circumstances(results: Results) -> str:
    """Returns machine, versions, data and command, in words."""
    machine = results["machine"]
    versions = ", ".join(f"{name} {v}" for name, v in results["versions"].items())
    command = " ".join(["scripts/benchmark", *results["arguments"]])
    return (
        f"{machine['processor']} ({machine['kind'] or 'kind unknown'}), "
        f"{machine['cores']} cores ({', '.join(machine['flags']) or 'flags unknown'}; "
        f"{_AMX[machine['amx']]}), "
        f"{machine['memory_bytes'] / 2**30:.0f} GiB, {machine['system']}; {versions}. "
        f"Data: {results['data']}. Begun {results['began']} and took "
        f"{results['seconds'] / 60:.0f} minutes: `{command}`."
    )


def _heading(measured: dict[str, Any]) -> str:
    workload = Workload(**measured["workload"])
    widths = "-".join(map(str, workload.widths))
    what = {
        "train": f"an epoch of {workload.examples:,} images",
        "predict": f"prediction for {workload.examples:,} images",
        "latency": f"prediction for {workload.examples}",
        "estimator": f"200 epochs of {workload.examples:,} rows",
    }[workload.task]
    batch = "" if workload.task == "latency" else f", batch {workload.batch_size}"
    return f"## {workload.network} ({widths}){batch}: {what}"


def _notes(contestants: dict[str, Any]) -> str:
    notes = [
        f"- {name}: {entry.get('cannot') or entry['note']}"
        for name, entry in contestants.items()
        if entry.get("cannot") or entry.get("note")
    ]
    return "\n".join(notes)


def _whole_runs_table(results: Results) -> str:
    rows = []
    for way, library in dict.fromkeys(
        (run["data"], run["library"]) for run in results["whole_runs"]
    ):
        runs = [
            run
            for run in results["whole_runs"]
            if (run["data"], run["library"]) == (way, library)
        ]
        seconds = [run["seconds"] for run in runs]
        peaks = [run["peak_bytes"] / 1e6 for run in runs]
        rows.append(
            [
                f"{library}, {runs[0]['epochs']} epochs",
                "the same arrays" if way == "arrays" else _CUSTOMARY[library],
                _seconds(statistics.median(seconds)),
                f"{_seconds(min(seconds))} … {_seconds(max(seconds))}",
                f"{statistics.median(peaks):.0f} MB",
            ]
        )
    return table(["library", "data", "median", "least … greatest", "peak memory"], rows)


def _start_up_table(results: Results) -> str:
    rows = [
        [what, _seconds(statistics.median(entry["seconds"]))]
        for what, entry in results["start_up"].items()
    ]
    return table(["what", "median"], rows)


_AMX = {True: "with AMX", False: "without AMX", None: "AMX unknown"}
_CUSTOMARY = {
    "keras": "MNIST by `tfds.load(batch_size=-1)`, as arrays",
    "keras_mlp": "MNIST by `keras_mlp.data.load`",
}


def _seconds(value: float) -> str:
    return f"{value:.3f} s" if value >= 0.1 else f"{1e3 * value:.3f} ms"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Returns a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
