"""The command `keras-mlp`: parses the command line and calls a command."""

import argparse
import signal
from collections.abc import Sequence
from typing import NoReturn

from keras_mlp.command_process import (
    interruptible,
    output_is_closed,
    plain_output,
    plain_warnings,
    tell,
)
from keras_mlp.commands import (
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
from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.resuming import Stopped
from keras_mlp.messages import printable
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
}

# `keras-mlp list | head`: nothing is wrong. The status is that of a program which
# SIGPIPE has ended.
PIPE_CLOSED = 141


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See '{self.prog} --help'.\n")


def make_parser() -> argparse.ArgumentParser:
    """Returns the parser of the whole command line."""
    parser = _Parser(
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
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        arguments: The words after the command's name. Defaults to those that the
            process was started with.

    Returns:
        The exit status: 0; 2 after one line that says what is wrong; 130 after an
        interruption from the keyboard; 141 where nobody reads the output any more;
        143 after SIGTERM, where it saves a training.
    """
    command = "keras-mlp"
    try:
        with interruptible(), plain_output(), plain_warnings():
            parsed = make_parser().parse_args(arguments)
            command = f"keras-mlp {parsed.command}"
            COMMANDS[parsed.command].run(parsed)
    # What a user can cause and mend: a wrong argument, a file or directory that
    # cannot be read or written, an optional library that is not installed.
    except (CommandError, OSError, ImportError) as error:
        if output_is_closed():
            return PIPE_CLOSED
        tell(f"{command}: {printable(' '.join(str(error).split()))}")
        return 2
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            # By rich, which prints `model.summary()`.
            return PIPE_CLOSED
        raise
    except Stopped as stop:
        tell(f"{command}: {stop}")
        return stop.status
    except KeyboardInterrupt:
        tell(f"{command}: interrupted")
        # The status that shells give to a program that this signal has ended.
        return 128 + signal.SIGINT
    return 0
