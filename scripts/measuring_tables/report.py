"""The results as Markdown."""

import math
from collections.abc import Iterable
from typing import Any

from measuring_tables.comparison import (
    Errors,
    complete_errors,
    mean_and_standard_error,
    mean_ranks,
    mean_seconds,
    share_as_good,
)
from measuring_tables.contestants.authors import TABM_SECONDS
from measuring_tables.fits import THREADS
from measuring_tables.plan import CONTESTANTS
from measuring_tables.tables import TABLES, TEST_SHARE

Results = dict[str, Any]


def make_report(results: Results) -> str:
    """Returns all of it.

    Args:
        results: What `scripts/measure_tables` wrote.
    """
    errors = complete_errors(results["fits"], results["contestants"])
    parts = [
        "# Tables",
        _circumstances(results),
        "Errors on the test part, mean ± standard error over the splits: the share of "
        "wrong answers in percent, or the root of the mean squared error. The best "
        "of a table is bold.",
        error_table(errors, results["contestants"]),
        "## As good as",
        "On how many of the tables the one in the row is as good as the one in the "
        "column or better: the mean of the differences, split by split, is at most one "
        "standard error of it.",
        comparison_table(errors, results["contestants"]),
        "## Seconds of a fit",
        seconds_table(results),
        _failures(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def error_table(errors: Errors, contestants: list[str]) -> str:
    """Returns the errors, a line for each contestant, and their mean ranks.

    The last line says on how many splits: a run that was stopped has fewer of some.

    Args:
        errors: By table and contestant.
        contestants: Who is shown.
    """
    ranks = mean_ranks(errors)
    rows = []
    for name in sorted(contestants, key=lambda name: ranks.get(name, math.inf)):
        row = [CONTESTANTS[name].title]
        row += [f"{ranks[name]:.2f}" if name in ranks else ""]
        row += [_error_cell(table, of, name) for table, of in errors.items()]
        rows.append(row)
    splits = [str(len(of[contestants[0]])) for of in errors.values()]
    rows.append(["splits", "", *splits])
    return _table(["contestant", "mean rank", *errors], rows)


def comparison_table(errors: Errors, contestants: list[str]) -> str:
    """Returns on how many tables each is as good as each other.

    Args:
        errors: By table and contestant.
        contestants: Who is shown.
    """
    rows = [
        [CONTESTANTS[ours].title]
        + [
            ""
            if ours == theirs
            else "{} of {}".format(*share_as_good(errors, ours, theirs))
            for theirs in contestants
        ]
        for ours in contestants
    ]
    return _table(["", *(CONTESTANTS[name].title for name in contestants)], rows)


def seconds_table(results: Results) -> str:
    """Returns the mean seconds of a fit, by contestant and table.

    Args:
        results: What `scripts/measure_tables` wrote.
    """
    fits, tables = results["fits"], results["tables"]
    rows = [
        [CONTESTANTS[name].title]
        + [_seconds(mean_seconds(fits, name, table)) for table in tables]
        for name in results["contestants"]
    ]
    return _table(["contestant", *tables], rows)


def _circumstances(results: Results) -> str:
    machine = results["machine"]
    versions = ", ".join(f"{name} {v}" for name, v in results["versions"].items())
    planned = len(results["tables"]) * len(results["contestants"]) * results["splits"]
    seconds = sum(fit["seconds"] for fit in results["fits"])
    # What was measured before this was recorded had as many as there may be.
    counts = sorted({fit.get("cores", THREADS) for fit in results["fits"]} or {THREADS})
    cores = " or ".join(map(str, counts))
    missing = planned - len(results["fits"])
    unfinished = f" {missing} of {planned} fits are still to come." if missing else ""
    return (
        f"{results['splits']} splits of each table, {100 * TEST_SHARE:.0f} % to test"
        f", at most {results['most_rows']:,} rows of it to train on; every contestant "
        f"at its defaults, in a process of its own (cores: {cores}). "
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; "
        f"{versions}. TabM by pytabkit begins no epoch after {TABM_SECONDS} s of two "
        f"cores. The fits took "
        f"{seconds / 60:.0f} minutes.{unfinished}"
    )


def _error_cell(table: str, of_table: dict[str, list[float]], name: str) -> str:
    mean, standard_error = mean_and_standard_error(of_table[name])
    if math.isinf(mean):
        return "failed"
    if TABLES[table].classes:
        cell, chance = f"{100 * mean:.2f}", f"{100 * standard_error:.2f}"
    else:
        digits = max(0, 3 - len(str(int(mean))))
        cell, chance = f"{mean:,.{digits}f}", f"{standard_error:,.{digits}f}"
    if len(of_table[name]) > 1:
        cell += f" ± {chance}"
    best = min(mean_and_standard_error(of)[0] for of in of_table.values())
    return f"**{cell}**" if mean == best else cell


def _failures(results: Results) -> str:
    failed = [
        f"- {CONTESTANTS[fit['contestant']].title}, {fit['table']}, split "
        f"{fit['split']}: {fit['failed']}"
        for fit in results["fits"]
        if "failed" in fit
    ]
    return "\n".join(["## Failed", "", *failed]) if failed else ""


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
