"""`keras-mlp predict`: what a trained network makes of images, or of a table."""

import argparse
import sys
import warnings
from collections.abc import Sequence

import numpy as np

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.predict_rows import predict_rows
from keras_mlp.data import read_image
from keras_mlp.messages import printable
from keras_mlp.recipes import MLPRecipe
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.saved_run import open_run
from keras_mlp.standard_error import filtered_standard_error

HELP = "Read image files, or the rows of a table, with the network of a run."

BAR_WIDTH = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="directory that `train` has written")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="PNG or JPEG files; for the run of a table one CSV or Parquet file",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="the CSV file to write, for a table (default: NAME-predictions.csv)",
    )
    parser.add_argument(
        "--invert",
        action="store_true",
        help="swap dark and light: for dark ink on white paper",
    )


def run(arguments: argparse.Namespace) -> None:
    """Prints the outputs for each image as bars, or writes answers to each row."""
    with as_command_error():
        saved = open_run(arguments.run)
        recipe = saved.recipe
        if isinstance(recipe, TableRecipe):
            if arguments.invert:
                raise CommandError(
                    "--invert is for images. Received: the run of a table. Leave it "
                    "out."
                )
            predict_rows(saved, recipe, arguments.files, arguments.out)
            return
        if arguments.out is not None:
            raise CommandError(
                "--out is for the runs of tables. Received: a run of "
                f"'{recipe.name}'. Leave it out."
            )
        if not isinstance(recipe, MLPRecipe):
            raise CommandError(
                f"RUN must be the run of a classifier. Received: '{arguments.run}', a "
                f"run of '{recipe.name}'. Choose one of a recipe such as 'digits'."
            )
        image_shape = tuple(saved.record["data"]["image_shape"])
        # All are read before any is shown: a wrong name stops the whole command.
        images = [
            _read(path, image_shape, arguments.invert) for path in arguments.files
        ]
        model = saved.model()
    outputs = recipe.predict(model, np.stack(images))
    class_names = saved.record["data"]["class_names"]
    for path, row in zip(arguments.files, outputs, strict=True):
        print(f"{path}: {class_names[int(np.argmax(row))]}")
        print_bars(class_names, row)


def _read(path: str, image_shape: tuple[int, int, int], invert: bool) -> np.ndarray:
    try:
        # The libraries that decode images write what they think of one by themselves.
        with (
            filtered_standard_error(lambda line: False),
            warnings.catch_warnings(record=True) as notes,
        ):
            warnings.simplefilter("always")
            image = read_image(path, image_shape, invert=invert)
    except OSError as error:
        raise CommandError(
            f"IMAGE must be a file that can be read. Received: '{path}' "
            f"({error.strerror}). Check the name."
        ) from error
    for note in notes:
        print(f"keras-mlp predict: {printable(str(note.message))}", file=sys.stderr)
    return image


def print_bars(names: Sequence[str], values: np.ndarray) -> None:
    """Prints a line for each value: its name, itself and a bar.

    Args:
        names: Name of each value.
        values: The values; the bar of the highest one is the longest, and what is
            not above zero has none.
    """
    name_width = max(map(len, names))
    # Never zero: it is divided by.
    highest = max(float(values.max()), float(np.finfo("float32").tiny))
    for name, value in zip(names, values, strict=True):
        bar = "█" * round(BAR_WIDTH * max(value, 0) / highest)
        print(f"  {name:>{name_width}}  {value:7.4f}  {bar}".rstrip())
