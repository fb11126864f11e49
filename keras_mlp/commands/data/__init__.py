"""`keras-mlp data`: data sets on machines without internet access."""

import argparse

HELP = "Prepare data sets from files, without internet access."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    subparsers = parser.add_subparsers(
        dest="data_command", metavar="COMMAND", required=True
    )
    description = (
        "Build a standard TFDS data set from its IDX files, so that "
        "`tensorflow_datasets.load(NAME)` works without internet access."
    )
    prepare = subparsers.add_parser(
        "prepare",
        help="build a standard TFDS data set from its IDX files",
        description=description,
    )
    prepare.add_argument(
        "name",
        metavar="NAME",
        help="mnist, fashion_mnist, kmnist or emnist/CONFIGURATION",
    )
    prepare.add_argument(
        "--from",
        dest="source",
        metavar="DIR",
        help="where the IDX files are, gzipped or not (for fashion_mnist, default: "
        "where Debian's package dataset-fashion-mnist has them)",
    )
    prepare.add_argument(
        "--data-dir",
        metavar="DIR",
        help="where to prepare it (default: TFDS' own, TFDS_DATA_DIR)",
    )


def check(arguments: argparse.Namespace) -> None:
    """Says nothing: TFDS knows the names, and what the files must be called."""
