"""What `keras-mlp show` does. It takes no Keras."""

import argparse

from keras_mlp.commands.command_error import as_command_error
from keras_mlp.recipes.plain_programs import plain_text


def run(arguments: argparse.Namespace) -> None:
    """Prints the program, which runs as it is printed."""
    with as_command_error():
        text = plain_text(arguments.recipe)
    print(text, end="")
