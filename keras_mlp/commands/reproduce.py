"""`keras-mlp reproduce`: our figures beside the published ones."""

import argparse

from keras_mlp import recipes
from keras_mlp.commands.arguments import add_data_dir, positive_integer
from keras_mlp.commands.command_error import as_command_error
from keras_mlp.commands.embedded_data import offering_embedded_images
from keras_mlp.commands.own_data_arguments import documented_recipe
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.recipes.reproduce import HEADER, Reproduction, reproduce, write_table
from keras_mlp.recipes.shortfall import shortfall
from keras_mlp.report import require_matplotlib

HELP = "Carry out documented networks over several seeds and compare the figures."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "recipes",
        nargs="*",
        metavar="RECIPE",
        help="one or more of `keras-mlp list` (default: all that are documented)",
    )
    parser.add_argument(
        "--dataset",
        metavar="NAME",
        help="use this data set in place of the documented ones, without a verdict",
    )
    add_data_dir(parser)
    parser.add_argument(
        "--seeds", type=positive_integer, default=3, metavar="N", help="(default: 3)"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="a new or empty directory (default: reproduction/run-N)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Carries out the recipes, prints the table and says where it is."""
    require_matplotlib()
    names = arguments.recipes or [recipe.name for recipe in recipes.DOCUMENTED]
    with as_command_error():
        chosen = [_prepared(name, arguments) for name in names]
    seeds = range(arguments.seeds)
    rows: list[Reproduction] = []
    with new_directory(arguments.out, "reproduction/run") as directory:
        for number, (recipe, documented) in enumerate(chosen, start=1):
            print(f"[{number}/{len(chosen)}] {recipe.name}: {recipe.title}", flush=True)
            short = shortfall(recipe)
            if short is not None:
                print(short.expectation(), flush=True)
            if isinstance(recipe, recipes.BuilderRecipe):
                recipe.model().summary()
            rows += reproduce(
                recipe,
                documented,
                seeds,
                directory,
                lambda line: print(line, flush=True),
            )
            # After each recipe: what is done is kept if the rest is interrupted.
            write_table(rows, seeds, directory)
    print()
    print_table([list(HEADER), *(row.row() for row in rows)])
    print(f"\nResults: {directory}/")


def _prepared(
    name: str, arguments: argparse.Namespace
) -> tuple[recipes.Recipe, str | None]:
    """Returns the recipe to carry out and the data set that it documents."""
    recipe = documented_recipe(name)
    if not isinstance(recipe, recipes.ImageRecipe):
        # Its data is made, or it has none.
        return recipe, None
    documented = recipe.dataset
    changes = {"dataset": arguments.dataset, "data_dir": arguments.data_dir}
    recipe = recipe.replace(
        **{setting: value for setting, value in changes.items() if value is not None}
    )
    with offering_embedded_images(recipe):
        recipe.input_shape()
    return recipe, documented


def print_table(lines: list[list[str]]) -> None:
    """Prints lines of entries as columns.

    Args:
        lines: The lines, all of the same length, the header first.
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (f"{entry:{width}}" for entry, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
