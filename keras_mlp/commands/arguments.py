"""Arguments that several commands share, and numbers on the command line."""

import argparse
from typing import Any


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Adds the option `--data-dir`."""
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        help="where prepared TFDS data sets are (default: TFDS' own, TFDS_DATA_DIR)",
    )


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
