"""`keras-mlp show`: a network as plain TensorFlow or Keras."""

import argparse

HELP = "Print a recipe as a short program of plain TensorFlow or Keras."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's argument."""
    parser.add_argument("recipe", metavar="RECIPE", help="one of `keras-mlp list`")


def check(arguments: argparse.Namespace) -> None:
    """Says nothing: `run` is as fast."""
