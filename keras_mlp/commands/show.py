"""`keras-mlp show`: a network as plain TensorFlow or Keras."""

import argparse

from keras_mlp import recipes
from keras_mlp.commands.command_error import as_command_error

HELP = "Print a recipe as a short program of plain TensorFlow or Keras."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's argument."""
    parser.add_argument("recipe", metavar="RECIPE", help="one of `keras-mlp list`")


def run(arguments: argparse.Namespace) -> None:
    """Prints the program, which runs as it is printed."""
    with as_command_error():
        text = recipes.plain_text(arguments.recipe)
    print(text, end="")
