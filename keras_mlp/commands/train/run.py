"""`keras-mlp train`: trains a recipe into a run directory."""

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import keras

from keras_mlp import recipes
from keras_mlp.callbacks import ExactResume
from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.commands.shared.embedded_data import offering_embedded_images
from keras_mlp.commands.shared.output import Output, link
from keras_mlp.commands.train.changes import changes_of
from keras_mlp.commands.train.locally import train_locally
from keras_mlp.commands.train.own_data_arguments import own_data
from keras_mlp.commands.train.progress_line import ProgressLine
from keras_mlp.commands.train.resuming import run_to_resume, stoppable
from keras_mlp.commands.train.strategies import ending_together, make_strategy
from keras_mlp.process import tell
from keras_mlp.recipes.runs.resumable_run import recipe_of
from keras_mlp.recipes.runs.run import run as train_into
from keras_mlp.recipes.runs.shortfall import shortfall
from keras_mlp.report import require_matplotlib
from keras_mlp.training import WorkerGroup


def run(arguments: argparse.Namespace) -> None:
    """Trains, and prints how well it went and where everything is."""
    try:
        # Asked before the training, not found out after it.
        require_matplotlib()
    except ImportError as error:
        tell(f"keras-mlp train: the report will have no pictures. {error}")
    if arguments.local_workers:
        train_locally(arguments)
        return
    # Before the data, with which TensorFlow starts.
    strategy = make_strategy(arguments.strategy or "none")
    with ending_together(strategy):
        _run(arguments, strategy)


def _run(arguments: argparse.Namespace, strategy: Any) -> None:
    workers = WorkerGroup(strategy)
    output = Output(arguments)
    begun = settings = None
    if arguments.resume:
        begun, settings = run_to_resume(arguments.out, workers)
        if settings is None:
            if workers.is_chief:
                _tell_complete(Path(arguments.out), output)
            return
    with as_command_error():
        recipe, seed = _recipe(arguments, settings)
        if not isinstance(recipe, recipes.TrainedRecipe):
            raise CommandError(
                f"recipe '{recipe.name}' has no training part: its source gives "
                f"shapes and counts. Use 'keras-mlp reproduce {recipe.name}'."
            )
        recipe = recipe.replace(**changes_of(arguments, recipe))
        if begun is not None:
            begun.begin(recipe, seed)
        # Reads the data once: its mistakes show before a directory is made.
        with offering_embedded_images(recipe):
            recipe.train_data(seed)
    if not workers.is_chief:
        resume = ExactResume(arguments.out or ".", every_seconds=arguments.save_every)
        with stoppable(None):
            recipes.train(recipe, seed, 0, resume, strategy)
        return
    default = str(Path("runs") / recipe.run_name)
    place = (
        new_directory(arguments.out, default)
        if begun is None
        else contextlib.nullcontext(Path(arguments.out))
    )
    with place as directory, stoppable(directory):
        resumed = "" if begun is None else ", resumed"
        output.progress(f"{recipe.name}: {recipe.title}, on {recipe.dataset}{resumed}")
        short = shortfall(recipe)
        expected = None if short is None else short.expectation()
        for found in filter(None, (recipe.describe_data(), expected)):
            output.progress(f"\n{found}\n")
        record = train_into(
            recipe,
            directory,
            seed=seed,
            verbose=_verbosity(output),
            save_every=arguments.save_every,
            strategy=strategy,
            callbacks=_callbacks(arguments.tensorboard, directory, output),
        )
    output.progress()
    for name, value in record["test"].items():
        output.result(f"Test {name}: {value:.4f}")
    output.result(f"Seconds per epoch: {record['seconds_per_epoch']:.3g}")
    if short is not None:
        output.result(short.explanation())
    _tell_results(directory, record, output)


def _verbosity(output: Output) -> int:
    if output.silent:
        return 0
    # A progress bar redraws itself, which a log file cannot.
    return 1 if sys.stdout.isatty() else 2


def _callbacks(
    tensorboard: str | bool | None, directory: Path, output: Output
) -> list[keras.callbacks.Callback]:
    callbacks: list[keras.callbacks.Callback] = []
    if _verbosity(output) == 1:
        callbacks.append(ProgressLine())
    if tensorboard:
        logs = directory / "tensorboard" if tensorboard is True else Path(tensorboard)
        callbacks.append(keras.callbacks.TensorBoard(logs))
        output.progress(f"tensorboard --logdir {logs.absolute()} shows the training.")
    return callbacks


def _tell_complete(directory: Path, output: Output) -> None:
    output.result(f"The run in {directory}/ is complete: there is nothing to resume.")
    record = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    output.object(_results(directory, record))


def _tell_results(directory: Path, record: dict[str, Any], output: Output) -> None:
    report = directory.absolute() / "report.html"
    output.result(f"Results: {directory.absolute()}/")
    output.result(f"Report: {report}")
    output.result(f"        {link(report)}")
    output.object(_results(directory, record))


def _results(directory: Path, record: dict[str, Any]) -> dict[str, Any]:
    names = ("recipe", "dataset", "seed", "test", "seconds_per_epoch")
    return {
        "run": str(directory.absolute()),
        "report": str(directory.absolute() / "report.html"),
        # Those of a run of an earlier release need not be there.
        **{name: record[name] for name in names if name in record},
    }


def _recipe(
    arguments: argparse.Namespace, settings: dict[str, Any] | None
) -> tuple[recipes.Recipe, int]:
    """Returns the recipe and the seed that are chosen, or those of a run."""
    own = own_data(arguments)
    named, changes = own or (arguments.recipe, {})
    if settings is None:
        recipe = recipes.get(named or "digits")
        return recipe.replace(**changes), arguments.seed or 0
    recipe, seed = recipe_of(settings)
    if named not in (None, recipe.name):
        # Which it will be refused for.
        return recipes.get(named).replace(**changes), seed
    # What was given at the beginning may be given again.
    seed = seed if arguments.seed is None else arguments.seed
    return recipe.replace(**changes), seed
