"""`keras-mlp evaluate`: the figures of a trained network, in whatever format."""

import argparse
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from keras_mlp import data
from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.evaluate.raw_images import raw_images
from keras_mlp.commands.shared.output import Output
from keras_mlp.data import ImagePreprocessing
from keras_mlp.export import ImageClassifier, classifier_figures, load_predictor
from keras_mlp.models import load_model
from keras_mlp.models.saving.input_signature import input_signature
from keras_mlp.recipes import ImageRecipe, MLPRecipe, TrainedRecipe
from keras_mlp.recipes.own_data.folder_recipe import FolderRecipe
from keras_mlp.recipes.own_data.other_rows import labelled_rows
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.saved_run import SavedRun, open_run

LOSSES = {
    "cross_entropy": "cross-entropy of the probabilities",
    "mean_squared_error": "squared error against one-hot labels",
}


def run(arguments: argparse.Namespace) -> None:
    """Prints the accuracy and the loss on the test split."""
    target = Path(arguments.target)
    output = Output(arguments)
    with as_command_error():
        saved = _run_of(target, arguments.run)
        _check_data(saved, arguments)
        if saved and target.samefile(saved.directory):
            if not isinstance(saved.recipe, MLPRecipe):
                _tell(output, *_evaluated(saved, arguments))
                return
            target = saved.directory / "model.keras"
        _tell(output, *_measured(target, saved, arguments))


def _run_of(target: Path, chosen: str | None) -> SavedRun | None:
    """Returns the run that a target is, lies in, or is said to come from."""
    if chosen is not None:
        return open_run(chosen)
    # `train` writes into the run directory, `export` into a directory inside.
    places = [target, *target.absolute().parents[:2]]
    found = [place for place in places if (place / "run.json").is_file()]
    if found:
        return open_run(found[0])
    if target.is_dir() and not (target / "saved_model.pb").is_file():
        # Says what is missing.
        return open_run(target)
    return None


def _check_data(saved: SavedRun | None, arguments: argparse.Namespace) -> None:
    of_table = saved is not None and isinstance(saved.recipe, TableRecipe)
    if arguments.table is not None and not of_table:
        raise CommandError(
            f"--table is for the runs of tables. Received: '{arguments.target}', which "
            "is of none. Leave it out."
        )
    if arguments.dataset is not None and of_table:
        raise CommandError(
            f"--dataset is for the runs of images. Received: '{arguments.target}', of "
            "a table. Use --table FILE."
        )


def _evaluated(
    saved: SavedRun, arguments: argparse.Namespace
) -> tuple[str, dict[str, float], str]:
    """Returns the figures of a run that is no classifier's, by Keras' `evaluate`."""
    changes = {"dataset": arguments.dataset, "data_dir": arguments.data_dir}
    recipe: TrainedRecipe = saved.recipe.replace(
        **{setting: value for setting, value in changes.items() if value is not None}
    )
    model = saved.model()
    if isinstance(recipe, TableRecipe):
        return _evaluated_table(saved, recipe, model, arguments.table)
    # Where the data is made, the seed of the run makes the same.
    figures = model.evaluate(
        recipe.test_data(saved.record["seed"]), return_dict=True, verbose=0
    )
    of = "test images" if isinstance(recipe, ImageRecipe) else "test examples"
    return f"{of} of {recipe.dataset}", figures, "mean squared error"


def _evaluated_table(
    saved: SavedRun, recipe: TableRecipe, model: keras.Model, table: str | None
) -> tuple[str, dict[str, float], str]:
    names = saved.record["data"]["class_names"]
    rows = (
        recipe.test_data()
        if table is None
        else labelled_rows(
            table, recipe.tabular(model), recipe.batch_size, recipe.data_dir
        )
    )
    figures = model.evaluate(rows, return_dict=True, verbose=0)
    where = f"test rows of {recipe.dataset}" if table is None else f"rows of {table}"
    if names is None:
        return where, figures, "squared error, in deviations of the training's targets"
    return where, figures, LOSSES["cross_entropy"]


def _measured(
    target: Path, saved: SavedRun | None, arguments: argparse.Namespace
) -> tuple[str, dict[str, float], str]:
    """Returns the figures of a classifier, from its outputs for raw images."""
    recipe = saved.recipe if saved else None
    if recipe is not None and not isinstance(recipe, MLPRecipe):
        raise CommandError(
            f"TARGET must be a classifier's. Received: '{target}', of a run of "
            f"'{recipe.name}'. Evaluate the run directory itself."
        )
    dataset: str | None = arguments.dataset or getattr(recipe, "dataset", None)
    if dataset is None:
        raise CommandError(
            f"'{target}' lies in no run directory, so its data set is not known. "
            "Name it with --dataset NAME, or its run with --run RUN."
        )
    if isinstance(recipe, FolderRecipe) and arguments.dataset is None:
        images, labels = recipe.raw_images(recipe.split_of("test"))
        classes = recipe.describe().num_classes
    else:
        images, labels = raw_images(dataset, "test", arguments.data_dir)
        classes = data.describe(dataset, arguments.data_dir).num_classes
    predict = (
        _predictor_of_model(target, saved, dataset, arguments.data_dir)
        if target.suffix == ".keras"
        else load_predictor(target)
    )
    outputs = predict(images)
    if outputs.shape != (len(images), classes):
        raise CommandError(
            f"TARGET must have one output for each of the {classes} classes of "
            f"'{dataset}'. Received: '{target}', with {outputs.shape[-1]}."
        )
    loss = _loss_of(recipe, outputs)
    figures = classifier_figures(outputs, labels, loss)
    return f"{len(images)} test images of {dataset}", figures, LOSSES[loss]


def _predictor_of_model(
    path: Path, saved: SavedRun | None, dataset: str, data_dir: str | None
) -> Callable[[np.ndarray], np.ndarray]:
    model = load_model(path)
    if saved and isinstance(saved.recipe, MLPRecipe):
        classifier = saved.recipe.classifier(model, saved.record["data"])
    else:
        about = data.describe(dataset, data_dir)
        [inputs] = input_signature(model)
        classifier = ImageClassifier(
            model,
            # What `keras_mlp.data.load` does unless it is told otherwise.
            ImagePreprocessing(flatten=len(inputs.shape) == 2),
            about.class_names,
            image_shape=about.image_shape,  # type: ignore[arg-type]
            # A model that was not compiled with a loss is taken to give probabilities.
            from_logits=getattr(getattr(model, "loss", None), "from_logits", False),
        )
    return lambda images: classifier.network.predict(images, verbose=0)["probabilities"]


def _loss_of(recipe: MLPRecipe | None, outputs: np.ndarray) -> str:
    if recipe is not None:
        squared = recipe.loss == "mean_squared_error"
    else:
        # Rows that are no probabilities have no cross-entropy. Quantised ones are
        # rounded to steps of 1/256.
        sums = np.sum(outputs, axis=-1)
        squared = bool(np.min(outputs) < 0 or np.max(np.abs(sums - 1)) > 0.05)
    return "mean_squared_error" if squared else "cross_entropy"


def _tell(output: Output, where: str, figures: dict[str, float], loss: str) -> None:
    output.progress(f"On the {where}; the loss is the {loss}.")
    for name, value in figures.items():
        output.result(f"Test {name}: {value:.4f}")
    output.object({"data": where, "loss": loss, "test": figures})
