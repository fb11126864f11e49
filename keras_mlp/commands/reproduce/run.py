"""`keras-mlp reproduce`: our figures beside the published ones."""

import argparse

from keras_mlp import recipes
from keras_mlp.commands.command_error import as_command_error
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.commands.shared.columns import columns
from keras_mlp.commands.shared.embedded_data import offering_embedded_images
from keras_mlp.commands.shared.output import Output
from keras_mlp.recipes.runs.reproduce import (
    HEADER,
    Reproduction,
    record_of,
    reproduce,
    write_table,
)
from keras_mlp.recipes.runs.shortfall import shortfall
from keras_mlp.report import require_matplotlib


def run(arguments: argparse.Namespace) -> None:
    """Carries out the recipes, prints the table and says where it is."""
    output = Output(arguments)
    require_matplotlib()
    names = arguments.recipes or [recipe.name for recipe in recipes.DOCUMENTED]
    with as_command_error():
        chosen = [_prepared(name, arguments) for name in names]
    seeds = range(arguments.seeds)
    rows: list[Reproduction] = []
    with new_directory(arguments.out, "reproduction/run") as directory:
        for number, (recipe, documented) in enumerate(chosen, start=1):
            output.progress(f"[{number}/{len(chosen)}] {recipe.name}: {recipe.title}")
            short = shortfall(recipe)
            if short is not None:
                output.progress(short.expectation())
            if isinstance(recipe, recipes.BuilderRecipe) and not output.silent:
                recipe.model().summary()
            rows += reproduce(recipe, documented, seeds, directory, output.progress)
            # After each recipe: what is done is kept if the rest is interrupted.
            write_table(rows, seeds, directory)
    output.progress()
    for line in columns([list(HEADER), *(row.row() for row in rows)]):
        output.result(line)
    output.result(f"\nResults: {directory.absolute()}/")
    output.object({"run": str(directory.absolute()), **record_of(rows, seeds)})


def _prepared(
    name: str, arguments: argparse.Namespace
) -> tuple[recipes.Recipe, str | None]:
    """Returns the recipe to carry out and the data set that it documents."""
    recipe = recipes.get(name)
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
