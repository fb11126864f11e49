"""The options of `keras-mlp train` for data that a user brings."""

import argparse
from pathlib import Path
from typing import Any

from keras_mlp.commands.shared.arguments import one_of, share
from keras_mlp.commands.train.network_arguments import OF_TABLES
from keras_mlp.data.tasks import TASKS

# Options that say what a table is, by the setting of the recipe that they change.
_OF_TABLES = ("target", "task", "columns", "exclude", "test_size", "group", "time")


def add_own_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of tables and of folders of images."""
    own = parser.add_argument_group("your own data, instead of a recipe")
    source = own.add_mutually_exclusive_group()
    source.add_argument(
        "--table",
        metavar="FILE",
        help="a CSV or Parquet file, a pattern, or the name of a TFDS table",
    )
    source.add_argument(
        "--images", metavar="DIR", help="a directory with a folder for each class"
    )
    own.add_argument("--target", metavar="COLUMN", help="what is to be predicted")
    own.add_argument(
        "--task",
        **one_of(TASKS),
        metavar="NAME",
        help=f"{' or '.join(TASKS)} (default: what the target looks like)",
    )
    own.add_argument(
        "--columns",
        type=names,
        metavar="NAME,NAME",
        help="inputs (default: all but the target)",
    )
    own.add_argument(
        "--exclude", type=names, metavar="NAME,NAME", help="columns that are no inputs"
    )
    own.add_argument(
        "--validation",
        type=share,
        metavar="SHARE",
        help="how much is held out to validate on (default: 0.1)",
    )
    own.add_argument(
        "--test",
        dest="test_size",
        type=share,
        metavar="SHARE",
        help="how much of a table is held out for the test (default: 0.2)",
    )
    own.add_argument(
        "--group", metavar="COLUMN", help="rows of one value stay together in a part"
    )
    own.add_argument(
        "--time", metavar="COLUMN", help="the last rows by this column are the test"
    )


def own_data(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]] | None:
    """Returns which recipe is for a user's data, and its settings that were given.

    Args:
        arguments: Those of the command.

    Returns:
        `None` where no data are named.

    Raises:
        ValueError: If options are missing, or go with other data.
    """
    given = [name for name in _OF_TABLES if getattr(arguments, name) is not None]
    if arguments.table is None and given:
        option = {"test_size": "test"}.get(given[0], given[0])
        raise ValueError(
            f"--{option} is for tables. Received: no --table. Add --table FILE, or "
            "leave it out."
        )
    if arguments.table is None and arguments.model in OF_TABLES:
        raise ValueError(
            f"--model {arguments.model} is for tables. Received: no --table. Add "
            "--table FILE, or choose another model."
        )
    named = arguments.images if arguments.table is None else arguments.table
    if named is None:
        return None
    for option in ("recipe", "dataset"):
        if getattr(arguments, option) is not None:
            word = "RECIPE" if option == "recipe" else "--dataset"
            raise ValueError(
                f"{word} and your own data exclude each other. Received: "
                f"{getattr(arguments, option)!r} and '{named}'. Leave one of them out."
            )
    if arguments.images is not None:
        return "images", {"dataset": _absolute(arguments.images)}
    if arguments.target is None:
        raise ValueError(
            "--table needs to know what is to be predicted. Received: no --target. "
            "Add --target COLUMN."
        )
    changes = {name: getattr(arguments, name) for name in given}
    recipe = f"table-{arguments.model}" if arguments.model in OF_TABLES else "table"
    return recipe, {"dataset": _absolute(arguments.table), **changes}


def names(text: str) -> tuple[str, ...]:
    """Reads names, separated by commas."""
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    if not words:
        raise argparse.ArgumentTypeError(
            f"must be names of columns, separated by commas. Received: {text!r}"
        )
    return words


def _absolute(path: str) -> str:
    """Returns a path that holds anywhere; names of data sets as they are."""
    if Path(path).exists() or "*" in path:
        return str(Path(path).absolute())
    return path
