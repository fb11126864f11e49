"""The parser of the command line of `keras-mlp`."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from keras_mlp.commands import (
    completion,
    data,
    evaluate,
    export,
    list_recipes,
    play,
    predict,
    reproduce,
    show,
    train,
)
from keras_mlp.recipes.catalogue import near
from keras_mlp.version import __version__

COMMANDS = {
    "train": train,
    "list": list_recipes,
    "show": show,
    "reproduce": reproduce,
    "evaluate": evaluate,
    "predict": predict,
    "play": play,
    "export": export,
    "data": data,
    "completion": completion,
}


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print the usage before it."""

    def error(self, message: str) -> NoReturn:
        """Ends the command with status 2.

        Args:
            message: What is wrong.
        """
        end = "" if message.endswith((".", "?")) else "."
        self.exit(2, f"{self.prog}: {message}{end} See '{self.prog} --help'.\n")


def make_parser() -> Parser:
    """Returns the parser of the whole command line."""
    parser = Parser(
        prog="keras-mlp",
        description="Multilayer perceptrons in Keras: documented networks, trained.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(
            name, help=command.HELP, description=command.HELP
        )
        command.add_arguments(subparser)
        subparser.set_defaults(subparser=subparser)
    return parser


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Returns what the words of a command line say.

    Args:
        words: The words after the command's name.

    Raises:
        SystemExit: With status 2 and one line, if there is no such command or option;
            with status 0 after `--help` and `--version`.
    """
    parser = make_parser()
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        parser.error(
            f"COMMAND must be one of {', '.join(COMMANDS)}. Received: "
            f"{words[0]}.{near(words[0], COMMANDS)}"
        )
    arguments, unknown = parser.parse_known_args(words)
    subparser: argparse.ArgumentParser = arguments.subparser
    del arguments.subparser
    if unknown:
        words_of_usage = subparser.format_usage().split()
        options = [word.strip("[]") for word in words_of_usage if "--" in word]
        hint = near(unknown[0].partition("=")[0], options)
        subparser.error(f"unrecognized arguments: {' '.join(unknown)}.{hint}")
    return arguments
