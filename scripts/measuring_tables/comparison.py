"""The arithmetic: means, ranks, and who is as good as whom."""

import math
import statistics
from collections.abc import Sequence
from typing import Any

# By table and contestant, the error of each split; infinite for one that failed.
Errors = dict[str, dict[str, list[float]]]


def complete_errors(
    fits: Sequence[dict[str, Any]], contestants: Sequence[str]
) -> Errors:
    """Returns the errors on the splits that all contestants have been through.

    Args:
        fits: What was measured.
        contestants: Who takes part.
    """
    found: dict[str, dict[int, dict[str, float]]] = {}
    for fit in fits:
        splits = found.setdefault(fit["table"], {})
        error = fit.get("error", math.inf)
        splits.setdefault(fit["split"], {})[fit["contestant"]] = error
    errors: Errors = {}
    for table, splits in found.items():
        complete = [
            of for _, of in sorted(splits.items()) if not set(contestants) - set(of)
        ]
        if complete:
            errors[table] = {
                name: [of[name] for of in complete] for name in contestants
            }
    return errors


def mean_and_standard_error(values: Sequence[float]) -> tuple[float, float]:
    """Returns both; the latter is 0 for a single value.

    Args:
        values: At least one.
    """
    mean = statistics.fmean(values)
    if len(values) < 2 or math.isinf(mean):
        return mean, 0.0
    return mean, statistics.stdev(values) / math.sqrt(len(values))


def mean_ranks(errors: Errors) -> dict[str, float]:
    """Returns the rank of each contestant, 1 for the best, averaged over the tables.

    Those with the same mean error share their ranks. One that failed on a split is the
    last on that table.

    Args:
        errors: See `complete_errors`.
    """
    ranks: dict[str, list[float]] = {}
    for of_table in errors.values():
        means = {name: statistics.fmean(of) for name, of in of_table.items()}
        for name, mean in means.items():
            better = sum(other < mean for other in means.values())
            same = sum(other == mean for other in means.values())
            ranks.setdefault(name, []).append(better + (same + 1) / 2)
    return {name: statistics.fmean(of) for name, of in ranks.items()}


def is_as_good(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Returns whether errors are no greater, but for chance.

    The mean of the differences, split by split, is at most their standard error.

    Args:
        ours: Errors, one for each split.
        theirs: Those of the other on the same splits.
    """
    if any(map(math.isinf, ours)):
        return False
    if any(map(math.isinf, theirs)):
        return True
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    mean, standard_error = mean_and_standard_error(differences)
    return mean <= standard_error


def share_as_good(errors: Errors, ours: str, theirs: str) -> tuple[int, int]:
    """Returns on how many tables one is as good as the other, and of how many.

    Args:
        errors: See `complete_errors`.
        ours: A contestant.
        theirs: Another.
    """
    outcomes = [is_as_good(of[ours], of[theirs]) for of in errors.values()]
    return sum(outcomes), len(outcomes)


def mean_seconds(
    fits: Sequence[dict[str, Any]], contestant: str, table: str | None = None
) -> float | None:
    """Returns the seconds of its fits, `None` where there are none.

    Args:
        fits: What was measured.
        contestant: Whose.
        table: Of this table only.
    """
    seconds = [
        fit["fit_seconds"]
        for fit in fits
        if fit["contestant"] == contestant
        and "fit_seconds" in fit
        and table in (None, fit["table"])
    ]
    return statistics.fmean(seconds) if seconds else None
