"""`keras-mlp train --local-workers N`."""

import argparse
import sys

from keras_mlp import local_workers
from keras_mlp.commands.command_error import CommandError

# To try several workers, not to be fast: those of one machine would quarrel for its
# GPUs, which `--strategy mirrored` is for.
_ENVIRONMENT = {"CUDA_VISIBLE_DEVICES": "-1"}

# Options that have another name than what they set.
_OPTIONS = {"test_size": "test"}


def train_locally(arguments: argparse.Namespace) -> None:
    """Runs the command again as several workers on this machine.

    Args:
        arguments: Those of `keras-mlp train`, `--local-workers` among them.

    Raises:
        CommandError: If a worker fails.
        SystemExit: With the chief's status, if that fails.
    """
    command = [sys.executable, "-m", "keras_mlp", "train", *_words(arguments)]
    try:
        status = local_workers.run(
            command, arguments.local_workers, environment=_ENVIRONMENT
        )
    except local_workers.WorkerFailedError as error:
        raise CommandError(
            f"{error} With --resume --out DIR the run goes on."
        ) from error
    if status:
        raise SystemExit(status)


def _words(arguments: argparse.Namespace) -> list[str]:
    """Returns the words of the command line that each worker is called with."""
    options = {**vars(arguments), "strategy": "multi-worker"}
    for elsewhere in ("command", "recipe", "local_workers"):
        options.pop(elsewhere)
    words = [] if arguments.recipe is None else [arguments.recipe]
    for name, value in options.items():
        option = f"--{_OPTIONS.get(name, name).replace('_', '-')}"
        if isinstance(value, tuple):
            value = ",".join(map(str, value))
        if value is True:
            words.append(option)
        elif value is not None and value is not False:
            # One word: a value may begin with a dash.
            words.append(f"{option}={value}")
    return words
