"""Time to accuracy as a Markdown table."""

import statistics
from typing import Any

from benchmarking.accuracy.settings import CONTESTANTS, LEVELS, LIMIT, SETTINGS
from benchmarking.report import circumstances, table


def accuracy_report(results: dict[str, Any]) -> str:
    """Returns the circumstances and the table.

    Args:
        results: What `scripts/benchmark --accuracy` wrote.
    """
    settings = "; ".join(f"{name}: {setting}" for name, setting in SETTINGS.items())
    parts = [
        "# Time to accuracy",
        circumstances(results),
        "Seconds until a perceptron reads so many of the test images: from the start "
        "of the process; from the first step, which compiles. Of the settings that "
        "reach a level in all runs, that with the least median. Tests do not count. "
        f"A run ends after {LIMIT:g} s.",
        accuracy_table(results),
        f"Settings: {settings}.",
    ]
    cannot = {
        f"- {run['contestant']}: {run['cannot']}"
        for run in results["runs"]
        if "cannot" in run
    }
    return "\n\n".join([*parts, *sorted(cannot)]) + "\n"


def accuracy_table(results: dict[str, Any]) -> str:
    """Returns the table.

    Args:
        results: What `scripts/benchmark --accuracy` wrote.
    """
    head = ["", *(f"{100 * level:g} %" for level in LEVELS), "most that was read"]
    rows = []
    for name in CONTESTANTS:
        runs = [run for run in results["runs"] if run["contestant"] == name]
        best = max(
            (epoch["accuracy"] for run in runs for epoch in run["epochs"]), default=0
        )
        cells = [_cell(runs, level) for level in LEVELS]
        rows.append([name, *cells, f"{100 * best:.2f} %" if best else "did not run"])
    return table(head, rows)


def _cell(runs: list[dict[str, Any]], level: float) -> str:
    found = []
    for setting in SETTINGS:
        firsts = [
            next((e for e in run["epochs"] if e["accuracy"] >= level), None)
            for run in runs
            if run["setting"] == setting
        ]
        if firsts and all(first is not None for first in firsts):
            start, step = (
                statistics.median(first[key] for first in firsts if first is not None)
                for key in ("seconds", "since_first_step")
            )
            found.append((start, f"{start:.1f} s; {step:.1f} s ({setting})"))
    if found:
        return min(found)[1]
    reached = {
        setting: sum(
            any(epoch["accuracy"] >= level for epoch in run["epochs"])
            for run in runs
            if run["setting"] == setting
        )
        for setting in SETTINGS
    }
    setting = max(reached, key=reached.__getitem__)
    total = sum(run["setting"] == setting for run in runs)
    if not reached[setting]:
        return "not reached"
    return f"in {reached[setting]} of {total} runs ({setting})"
