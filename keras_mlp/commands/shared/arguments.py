"""Arguments that several commands share, and what is read from words."""

import argparse
from collections.abc import Sequence
from typing import Any

from keras_mlp.recipes.catalogue import near


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Adds the option `--data-dir`."""
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        help="where prepared TFDS data sets are (default: TFDS' own, TFDS_DATA_DIR)",
    )


def add_output_arguments(parser: argparse.ArgumentParser, quiet: str) -> None:
    """Adds the options `--quiet` and `--json`.

    Args:
        parser: Of the command.
        quiet: What `--quiet` does.
    """
    parser.add_argument("--quiet", action="store_true", help=quiet)
    add_json(parser)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds the option `--json`."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the results as one JSON object, and nothing else",
    )


def one_of(choices: Sequence[str]) -> dict[str, Any]:
    """Returns the settings of an option that takes one of some words.

    Args:
        choices: The words.
    """

    def read(text: str) -> str:
        if text in choices:
            return text
        raise argparse.ArgumentTypeError(
            f"must be one of {', '.join(choices)}. Received: {text}."
            f"{near(text, choices)}"
        )

    return {"type": read, "choices": choices}


def positive_integer(text: str) -> int:
    """Reads a whole number of at least 1."""
    return _number(text, int, 1, "a whole number of at least 1")


def seed_number(text: str) -> int:
    """Reads a seed: a whole number of at least 0."""
    return _number(text, int, 0, "a whole number of at least 0")


def positive_number(text: str) -> float:
    """Reads a finite number above 0."""
    number = _number(text, float, 0, "a number above 0")
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number above 0. Received: {text}")
    return number


def share(text: str) -> float:
    """Reads a share: a number from 0 up to, but not including, 1."""
    number = _number(text, float, 0, "a number from 0 to below 1")
    if not number < 1:
        raise argparse.ArgumentTypeError(
            f"must be a number from 0 to below 1. Received: {text}"
        )
    return number


def _number(text: str, kind: type, least: int, expected: str) -> Any:
    try:
        number = kind(text)
    except ValueError:
        number = None
    if number is None or number < least:
        raise argparse.ArgumentTypeError(f"must be {expected}. Received: {text}")
    return number
