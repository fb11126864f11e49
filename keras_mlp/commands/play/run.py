"""`keras-mlp play`: the network of a run, in a page that runs it."""

import argparse
from typing import Any

import numpy as np

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.shared.embedded_data import offering_embedded_images
from keras_mlp.commands.shared.output import link
from keras_mlp.recipes import MLPRecipe, TrainedRecipe
from keras_mlp.recipes.kinds.autoencoder_recipe import AutoencoderRecipe
from keras_mlp.recipes.kinds.image_recipe import ImageRecipe
from keras_mlp.recipes.kinds.line_recipe import LineRecipe
from keras_mlp.recipes.own_data.folder_recipe import FolderRecipe
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.saved_run import SavedRun, open_run
from keras_mlp.report import play

# Training images that are read to choose some of: enough of each class.
TRAINING_IMAGES = 1000


def run(arguments: argparse.Namespace) -> None:
    """Writes `play.html` into the run."""
    with as_command_error():
        saved = open_run(arguments.run)
        recipe: TrainedRecipe = saved.recipe
        if arguments.data_dir is not None:
            recipe = recipe.replace(data_dir=arguments.data_dir)
        model = saved.model()
        with offering_embedded_images(recipe):
            data = _data_of(recipe, saved)
        path = saved.directory / "play.html"
        play(model, path, title=f"Run of {recipe.name}: see it think", **data)
    size = path.stat().st_size
    print(f"Wrote {path.absolute()} ({size / 1000:,.0f} kB). Open it in a browser:")
    print(link(path))


def _data_of(recipe: TrainedRecipe, saved: SavedRun) -> dict[str, Any]:
    """Returns the arguments of `play` that are about the data of a run."""
    seed = saved.record["seed"]
    if isinstance(recipe, MLPRecipe):
        images = f"[:{TRAINING_IMAGES}]"
        train = "train" if isinstance(recipe, FolderRecipe) else f"train{images}"
        return {
            "test": recipe.raw_images(recipe.split_of("test")),
            "train": recipe.raw_images(train),
            "class_names": saved.record["data"]["class_names"],
            "from_logits": recipe.gives_logits(),
            "scale": recipe.scale,
        }
    if isinstance(recipe, AutoencoderRecipe):
        test, _ = ImageRecipe.raw_images(recipe, "test[:100]")
        return {"test": (test, None), "scale": recipe.scale}
    if isinstance(recipe, TableRecipe):
        return {
            "test": recipe.test_data(seed),
            "class_names": saved.record["data"]["class_names"],
            "target": recipe.target,
        }
    if isinstance(recipe, LineRecipe):
        x, y = zip(*recipe.test_data(seed).as_numpy_iterator(), strict=True)
        return {"test": (np.concatenate(x), np.concatenate(y))}
    raise CommandError(
        f"RUN must be of a recipe that `play` knows. Received: '{recipe.name}'. Call "
        "`report.play` with its model and data."
    )
