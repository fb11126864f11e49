"""What `keras-mlp completion` does. It takes no Keras."""

import argparse
from collections.abc import Iterator

import shtab

from keras_mlp.commands.parser import make_parser
from keras_mlp.recipes import catalogue

_FILES = ("FILE", "TARGET", "PATH")
_DIRECTORIES = ("DIR", "RUN")


def run(arguments: argparse.Namespace) -> None:
    """Prints the program that the shell is to read."""
    parser = make_parser()
    for action in _actions(parser):
        _say_what_completes(action)
    print(shtab.complete(parser, shell=arguments.shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for subparser in action.choices.values():
                yield from _actions(subparser)


def _say_what_completes(action: argparse.Action) -> None:
    if action.metavar in _FILES:
        action.complete = shtab.FILE  # type: ignore[attr-defined]
    elif action.metavar in _DIRECTORIES:
        action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    elif action.metavar == "RECIPE":
        action.choices = [entry.name for entry in catalogue.entries()]
