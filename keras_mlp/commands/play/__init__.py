"""`keras-mlp play`: the network of a run, in a page that runs it."""

import argparse

from keras_mlp.commands.shared.arguments import add_data_dir
from keras_mlp.commands.shared.checks import check_run

HELP = "Write a page that runs the network of a run: to draw, ask and break."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="directory that `train` has written")
    add_data_dir(parser)


def check(arguments: argparse.Namespace) -> None:
    """Says what is wrong as far as that can be seen without TensorFlow."""
    check_run(arguments.run)
