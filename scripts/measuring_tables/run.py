"""Makes the fits of a plan, and writes what comes of them."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarking.machine import describe_machine

from keras_mlp.commands.run_directory import new_directory
from keras_mlp.files import write_atomically
from measuring_tables.chart import draw_chart
from measuring_tables.fits import run_fit
from measuring_tables.plan import CONTESTANTS, Plan, describe_versions
from measuring_tables.report import make_report
from measuring_tables.results import ResultsFile


def run(plan: Plan, out: str | None, hours: float = 4.0) -> None:
    """Makes the fits that are still to be made, and writes what comes of all.

    Args:
        plan: What is to be made.
        out: Where results are, and go to; `None` for a new directory.
        hours: No fit is begun after as many.

    Raises:
        CommandError: If `out` holds something else.
    """
    with _directory(out) as directory:
        about = {"machine": describe_machine(), "versions": describe_versions()}
        file = ResultsFile(directory, plan.settings | about)
        if file.done:
            print(f"{len(file.done)} fits are there already.")
        try:
            _make_fits(plan, file, hours)
        finally:
            write_atomically(directory / "tables.md", make_report(file.results))
            draw_chart(file.results, directory / "tables.png")
            print(f"Written to {directory}.")


def _make_fits(plan: Plan, file: ResultsFile, hours: float) -> None:
    done = file.done
    begun = time.perf_counter()
    for number, fit in enumerate(plan.fits, 1):
        if fit.key in done:
            continue
        begin = time.perf_counter()
        if begin - begun > 3600 * hours:
            print(f"{hours:g} hours are over. --out {file.path.parent} goes on.")
            return
        result = run_fit(fit)
        seconds = time.perf_counter() - begin
        file.add(fit, result | {"seconds": seconds})
        outcome = result.get("failed") or f"{result['error']:.6g}"
        print(
            f"{number} of {len(plan.fits)}: {fit.table}, split {fit.split}, "
            f"{CONTESTANTS[fit.contestant].title}: {outcome} ({seconds:.0f} s)",
            flush=True,
        )


@contextlib.contextmanager
def _directory(chosen: str | None) -> Iterator[Path]:
    """Yields where the results go, which may hold those of a run before."""
    if chosen is not None and (Path(chosen) / "results.json").exists():
        yield Path(chosen)
        return
    with new_directory(chosen, "runs/tables") as directory:
        yield directory
