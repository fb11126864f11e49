"""Checks of names and places that need no TensorFlow."""

from pathlib import Path

from keras_mlp.commands.command_error import CommandError
from keras_mlp.messages import no_complete_run
from keras_mlp.recipes import catalogue


def check_recipe(name: str) -> None:
    """Checks that a recipe is listed: one that brings its data with it.

    Args:
        name: What the user wrote.

    Raises:
        CommandError: If there is no such recipe, or it is one for a user's data.
    """
    if name in catalogue.OWN_DATA:
        raise CommandError(
            f"Recipe '{name}' is for data of your own. Received: none. Use 'keras-mlp "
            "train --table FILE --target COLUMN' or 'keras-mlp train --images DIR'."
        )
    try:
        catalogue.find(name)
    except ValueError as error:
        raise CommandError(str(error)) from error


def check_run(directory: str) -> None:
    """Checks that a directory holds a complete run.

    Args:
        directory: What the user wrote.

    Raises:
        CommandError: If it does not.
    """
    try:
        (Path(directory) / "run.json").stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CommandError(no_complete_run(directory)) from error
