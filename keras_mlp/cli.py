"""The command `keras-mlp`: parses the command line and calls a command.

Neither this module nor what it imports needs Keras, which takes seconds to import: only
what some commands do.
"""

import importlib
import signal
import sys
from collections.abc import Sequence

from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.parser import COMMANDS, parse
from keras_mlp.commands.stopped import Stopped
from keras_mlp.messages import printable
from keras_mlp.process import (
    interruptible,
    output_is_closed,
    plain_output,
    plain_warnings,
    tell,
)

# `keras-mlp list | head`: nothing is wrong. The status is that of a program which
# SIGPIPE has ended.
PIPE_CLOSED = 141
# Commands that answer at once. The others use Keras.
WITHOUT_KERAS = ("list", "show", "completion")


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
        with plain_output(), plain_warnings():
            with interruptible():
                parsed = parse(sys.argv[1:] if arguments is None else arguments)
                command = f"keras-mlp {parsed.command}"
                chosen = COMMANDS[parsed.command]
                chosen.check(parsed)
            # Ctrl-C ends the process without a word while libraries are imported.
            if parsed.command not in WITHOUT_KERAS:
                importlib.import_module("keras_mlp.registered")
            run = importlib.import_module(f"{chosen.__name__}.run").run
            with interruptible():
                run(parsed)
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
