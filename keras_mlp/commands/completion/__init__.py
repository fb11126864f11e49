"""`keras-mlp completion`: what makes a shell complete the command."""

import argparse

from keras_mlp.commands.shared.arguments import one_of

HELP = "Print what makes a shell complete this command."

SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's argument."""
    parser.add_argument(
        "shell", **one_of(SHELLS), metavar="SHELL", help=", ".join(SHELLS)
    )


def check(arguments: argparse.Namespace) -> None:
    """Says nothing: there is nothing else to mistake."""
