"""The file that a run keeps its results in, from one fit to the next."""

import json
from pathlib import Path
from typing import Any

from keras_mlp.commands.command_error import CommandError
from keras_mlp.files import write_atomically
from measuring_tables.fits import Fit, Result


class ResultsFile:
    """What was measured, always complete on disk.

    Args:
        directory: Where `results.json` is or will be.
        described: What the run is. Tables, contestants and splits may be added to
            those of a run before; the rows to train on must be as many.

    Raises:
        CommandError: If the directory holds another run, or what is no run.
    """

    def __init__(self, directory: Path, described: dict[str, Any]) -> None:
        self.path = directory / "results.json"
        self.results: dict[str, Any] = described | {"fits": []}
        if not self.path.exists():
            return
        try:
            before = json.loads(self.path.read_text())
            rows = before["most_rows"]
            self.results["fits"] = before["fits"]
            for name in ("tables", "contestants"):
                both = dict.fromkeys([*before[name], *described[name]])
                self.results[name] = list(both)
            self.results["splits"] = max(before["splits"], described["splits"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise CommandError(
                f"--out must hold a run of this script, or nothing. Received: "
                f"'{directory}', whose results.json cannot be read ({error}). Choose "
                "another directory."
            ) from error
        if rows != described["most_rows"]:
            raise CommandError(
                f"--out must hold a run on as many rows, to go on with it. Received: "
                f"'{directory}', whose rows are {rows:,} at most, not "
                f"{described['most_rows']:,}. Repeat --rows, or choose another "
                "directory."
            )

    @property
    def done(self) -> set[tuple[str, int, str]]:
        """The keys of the fits that need not be made any more."""
        return {
            (fit["table"], fit["split"], fit["contestant"])
            for fit in self.results["fits"]
        }

    def add(self, fit: Fit, result: Result) -> None:
        """Adds what came of a fit, and writes the file anew.

        Args:
            fit: Who learnt from what.
            result: See `fits.run_fit`.
        """
        table, split, contestant = fit.key
        what = {"table": table, "split": split, "contestant": contestant}
        self.results["fits"].append(what | result)
        write_atomically(self.path, json.dumps(self.results, indent=1) + "\n")
