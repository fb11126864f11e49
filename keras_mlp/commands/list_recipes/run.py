"""What `keras-mlp list` does. It takes no Keras."""

import argparse
import dataclasses

from keras_mlp.catalogue import Entry, entries
from keras_mlp.commands.shared.columns import print_columns
from keras_mlp.commands.shared.output import Output

HEADER = ["recipe", "reaches", "time", "data"]


def run(arguments: argparse.Namespace) -> None:
    """Prints each recipe with what it reaches, and below it what it is."""
    output = Output(arguments)
    output.object(
        {
            "recipes": [
                {**dataclasses.asdict(entry), "runs_here": entry.runs_here()}
                for entry in entries()
            ]
        }
    )
    if not output.json:
        print_columns([HEADER, *map(_row, entries())])


def _row(entry: Entry) -> list[str]:
    where = "runs here" if entry.runs_here() else "needs data"
    dataset = "" if entry.dataset == "none" else f": {entry.dataset}"
    return [entry.name, entry.result, _time(entry.seconds), f"{where}{dataset}"]


def _time(seconds: int | None) -> str:
    if seconds is None:
        return "not trained"
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"
