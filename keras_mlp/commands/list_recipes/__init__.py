"""`keras-mlp list`: the recipes."""

import argparse

from keras_mlp.commands.shared.arguments import add_json

HELP = "List the recipes: what each reaches, how long it takes, and its data."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    add_json(parser)


def check(arguments: argparse.Namespace) -> None:
    """Says nothing: there is nothing to mistake."""
