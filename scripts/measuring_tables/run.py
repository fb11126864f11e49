"""Makes the fits of a plan, and writes what comes of them."""

import contextlib
import os
import queue
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from benchmarking.machine import describe_machine, describe_versions

from keras_mlp.commands.run_directory import new_directory
from keras_mlp.files import write_atomically
from measuring_tables.chart import draw_chart
from measuring_tables.fits import THREADS, Fit, Result, run_fit
from measuring_tables.plan import CONTESTANTS, PACKAGES, Plan
from measuring_tables.report import make_report
from measuring_tables.results import ResultsFile


def run(plan: Plan, out: str | None, hours: float = 4.0, jobs: int = 1) -> None:
    """Makes the fits that are still to be made, and writes what comes of all.

    Args:
        plan: What is to be made.
        out: Where results are, and go to; `None` for a new directory.
        hours: No fit is begun after as many.
        jobs: How many fits are made at a time. They share the cores.

    Raises:
        CommandError: If `out` holds something else.
    """
    with _directory(out) as directory:
        about = {"machine": describe_machine(), "versions": describe_versions(PACKAGES)}
        file = ResultsFile(directory, plan.settings | about)
        if file.done:
            print(f"{len(file.done)} fits are there already.")
        try:
            _make_fits(plan, file, hours, jobs)
        finally:
            write_atomically(directory / "tables.md", make_report(file.results))
            draw_chart(file.results, directory / "tables.png")
            print(f"Written to {directory}.")


def _make_fits(plan: Plan, file: ResultsFile, hours: float, jobs: int) -> None:
    done = file.done
    fits = [fit for fit in plan.fits if fit.key not in done]
    begun = time.perf_counter()
    free: queue.SimpleQueue[tuple[int, ...]] = queue.SimpleQueue()
    for cores in _shares_of_cores(jobs):
        free.put(cores)

    def make(fit: Fit) -> Result | None:
        begin = time.perf_counter()
        if begin - begun > 3600 * hours:
            return None
        cores = free.get()
        try:
            result = run_fit(fit, cores)
        finally:
            free.put(cores)
        return result | {"seconds": time.perf_counter() - begin, "cores": len(cores)}

    pool = ThreadPoolExecutor(jobs)
    try:
        futures = {pool.submit(make, fit): fit for fit in fits}
        before = len(plan.fits) - len(fits)
        for number, future in enumerate(as_completed(futures), before + 1):
            fit, result = futures[future], future.result()
            if result is None:
                # Those that had begun are still to be written.
                continue
            file.add(fit, result)
            outcome = result.get("failed") or f"{result['error']:.6g}"
            print(
                f"{number} of {len(plan.fits)}: {fit.table}, split {fit.split}, "
                f"{CONTESTANTS[fit.contestant].title}: {outcome} "
                f"({result['seconds']:.0f} s)",
                flush=True,
            )
        if any(future.result() is None for future in futures):
            print(f"{hours:g} hours are over. --out {file.path.parent} goes on.")
    finally:
        pool.shutdown(cancel_futures=True)


def _shares_of_cores(jobs: int) -> list[tuple[int, ...]]:
    """Returns the numbers of the cores that each of the fits at a time may use.

    None, which stands for all, where the system does not number them.
    """
    if not hasattr(os, "sched_getaffinity"):
        return [()] * jobs
    cores = sorted(os.sched_getaffinity(0))
    each = max(1, min(THREADS, len(cores) // jobs))
    return [
        tuple(cores[(number * each + i) % len(cores)] for i in range(each))
        for number in range(jobs)
    ]


@contextlib.contextmanager
def _directory(chosen: str | None) -> Iterator[Path]:
    """Yields where the results go, which may hold those of a run before."""
    if chosen is not None and (Path(chosen) / "results.json").exists():
        yield Path(chosen)
        return
    with new_directory(chosen, "runs/tables") as directory:
        yield directory
