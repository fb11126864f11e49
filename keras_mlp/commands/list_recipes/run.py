"""What `keras-mlp list` does. It takes no Keras."""

import argparse
import dataclasses

from keras_mlp.commands.shared.columns import columns
from keras_mlp.commands.shared.output import Output
from keras_mlp.recipes.catalogue import Entry, entries

HEADER = ["recipe", "reaches", "time", "data"]


def run(arguments: argparse.Namespace) -> None:
    """Prints what is known of each recipe, and below it what it is."""
    output = Output(arguments)
    output.object(
        {
            "recipes": [
                {**dataclasses.asdict(entry), "runs_here": entry.runs_here()}
                for entry in entries()
            ]
        }
    )
    header, *lines = columns([HEADER, *map(_row, entries())])
    output.result(header)
    for line, entry in zip(lines, entries(), strict=True):
        output.result(f"{line}\n    {entry.title}")


def _row(entry: Entry) -> list[str]:
    where = "runs here" if entry.runs_here() else "needs data"
    dataset = "" if entry.dataset == "none" else f": {entry.dataset}"
    return [entry.name, entry.result, _time(entry.seconds), f"{where}{dataset}"]


def _time(seconds: int | None) -> str:
    if seconds is None:
        return "not trained"
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"
