"""One fit, in a process of its own.

    python -m measuring_tables.worker JSON

JSON is a `fits.Fit` and its `cores`. The last line that is printed is what came of it,
as JSON, too.
"""

import contextlib
import importlib
import json
import os
import sys
import time
import traceback
import warnings
from typing import Any

from measuring_tables.fits import Fit, threads_on
from measuring_tables.plan import CONTESTANTS
from measuring_tables.tables import TABLES, error_of, load_split


def main() -> None:
    """Fits, predicts and prints."""
    # What libraries print would come between.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            arguments = json.loads(sys.argv[1])
            cores = arguments.pop("cores")
            found = run(Fit(**arguments), cores)
        except Exception as error:
            traceback.print_exc()
            found = {"failed": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(found))


def run(fit: Fit, cores: list[int]) -> dict[str, Any]:
    """Returns the error on the test part, and the seconds of `fit` and `predict`.

    Args:
        fit: Who learns from what.
        cores: See `fits.run_fit`.
    """
    warnings.simplefilter("ignore")
    table, contestant = TABLES[fit.table], CONTESTANTS[fit.contestant]
    if cores:
        os.sched_setaffinity(0, cores)
    split = load_split(fit.directory, table, fit.split, fit.most_rows)
    module = importlib.import_module(
        f"measuring_tables.contestants.{contestant.module}"
    )
    make = getattr(module, contestant.function)
    estimator = make(not table.classes, fit.split, threads_on(cores))
    begin, processor_begin = time.perf_counter(), time.process_time()
    estimator.fit(split.train, split.train_targets)
    fitted, processor_fitted = time.perf_counter(), time.process_time()
    predicted = estimator.predict(split.test)
    ended = time.perf_counter()
    return {
        "error": error_of(table, predicted, split.test_targets),
        "fit_seconds": fitted - begin,
        # Of all its threads. Less than a core tells that the machine was not its own.
        "fit_processor_seconds": processor_fitted - processor_begin,
        "predict_seconds": ended - fitted,
    }


if __name__ == "__main__":
    main()
