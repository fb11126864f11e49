"""`keras-mlp evaluate`: the figures of a trained network, in whatever format."""

import argparse
from pathlib import Path

from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.shared.arguments import add_data_dir, add_output_arguments
from keras_mlp.commands.shared.checks import check_run

HELP = "Measure a run, a .keras file or an export on test images."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "target",
        metavar="TARGET",
        help="run directory, .keras file, SavedModel directory, .tflite or .onnx file",
    )
    parser.add_argument(
        "--run",
        metavar="RUN",
        help="the run that TARGET comes from (default: the one it lies in, if any)",
    )
    parser.add_argument(
        "--dataset", metavar="NAME", help="data set (default: the run's)"
    )
    parser.add_argument(
        "--table",
        metavar="FILE",
        help="all rows of another table (default: the rows held out for the test)",
    )
    add_data_dir(parser)
    add_output_arguments(parser, quiet="print the figures, and not of what they are")


def check(arguments: argparse.Namespace) -> None:
    """Says what is wrong as far as that can be seen without TensorFlow."""
    if not Path(arguments.target).exists():
        raise CommandError(f"TARGET must exist. Received: '{arguments.target}'.")
    if arguments.run is not None:
        check_run(arguments.run)
