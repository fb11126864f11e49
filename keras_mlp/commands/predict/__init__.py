"""`keras-mlp predict`: what a trained network makes of images, or of a table."""

import argparse
import os
from pathlib import Path

from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.shared.arguments import add_output_arguments
from keras_mlp.commands.shared.checks import check_run

HELP = "Read image files, or the rows of a table, with the network of a run."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="directory that `train` has written")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="PNG or JPEG files; for the run of a table one CSV or Parquet file",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="the CSV file to write, for a table (default: NAME-predictions.csv)",
    )
    parser.add_argument(
        "--invert",
        action="store_true",
        help="swap dark and light: for dark ink on white paper",
    )
    add_output_arguments(parser, quiet="print the class of each image, without bars")


def check(arguments: argparse.Namespace) -> None:
    """Says what is wrong as far as that can be seen without TensorFlow."""
    check_run(arguments.run)
    for file in arguments.files:
        # A name without an ending may be that of a TFDS table.
        if Path(file).suffix and "*" not in file and not os.path.lexists(file):
            raise CommandError(
                f"FILE must be a file that can be read. Received: '{file}' (No such "
                "file or directory). Check the name."
            )
