"""`keras-mlp reproduce`: our figures beside the published ones."""

import argparse

from keras_mlp.commands.shared.arguments import (
    add_data_dir,
    add_output_arguments,
    positive_integer,
)
from keras_mlp.commands.shared.checks import check_recipe

HELP = "Carry out documented networks over several seeds and compare the figures."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "recipes",
        nargs="*",
        metavar="RECIPE",
        help="one or more of `keras-mlp list` (default: all that are documented)",
    )
    parser.add_argument(
        "--dataset",
        metavar="NAME",
        help="use this data set in place of the documented ones, without a verdict",
    )
    add_data_dir(parser)
    parser.add_argument(
        "--seeds", type=positive_integer, default=3, metavar="N", help="(default: 3)"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="a new or empty directory (default: reproduction/run-N)",
    )
    add_output_arguments(parser, quiet="print the table and no progress")


def check(arguments: argparse.Namespace) -> None:
    """Says what is wrong as far as that can be seen without TensorFlow."""
    for name in arguments.recipes:
        check_recipe(name)
