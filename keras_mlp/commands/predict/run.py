"""`keras-mlp predict`: what a trained network makes of images, or of a table."""

import argparse
import sys
import warnings
from collections.abc import Sequence

import numpy as np

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.predict.rows import predict_rows
from keras_mlp.commands.shared.output import Output
from keras_mlp.commands.standard_error import filtered_standard_error
from keras_mlp.data import read_image
from keras_mlp.messages import printable
from keras_mlp.recipes import MLPRecipe
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.saved_run import open_run

BAR_WIDTH = 40


def run(arguments: argparse.Namespace) -> None:
    """Prints the outputs for each image as bars, or writes answers to each row."""
    output = Output(arguments)
    with as_command_error():
        saved = open_run(arguments.run)
        recipe = saved.recipe
        if isinstance(recipe, TableRecipe):
            if arguments.invert:
                raise CommandError(
                    "--invert is for images. Received: the run of a table. Leave it "
                    "out."
                )
            predict_rows(saved, recipe, arguments.files, arguments.out, output)
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
    answers = [class_names[int(np.argmax(row))] for row in outputs]
    for path, answer, row in zip(arguments.files, answers, outputs, strict=True):
        output.result(f"{path}: {answer}")
        if not output.silent:
            print_bars(class_names, row)
    output.object(
        {
            "predictions": [
                {
                    "file": path,
                    "class": answer,
                    "outputs": dict(zip(class_names, row.tolist(), strict=True)),
                }
                for path, answer, row in zip(
                    arguments.files, answers, outputs, strict=True
                )
            ]
        }
    )


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
