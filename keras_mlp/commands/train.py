"""`keras-mlp train`: trains a recipe into a run directory."""

import argparse
import contextlib
import sys
from pathlib import Path
from typing import Any

from keras_mlp import recipes
from keras_mlp.callbacks import ExactResume
from keras_mlp.command_process import tell
from keras_mlp.commands.arguments import (
    add_data_dir,
    positive_integer,
    positive_number,
    seed_number,
)
from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.embedded_data import offering_embedded_images
from keras_mlp.commands.local_training import train_locally
from keras_mlp.commands.network_arguments import (
    add_network_arguments,
    network_changes,
)
from keras_mlp.commands.own_data_arguments import (
    add_own_data_arguments,
    documented_recipe,
    own_data,
    validation_change,
)
from keras_mlp.commands.resuming import run_to_resume, stoppable
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.commands.strategies import STRATEGIES, ending_together, make_strategy
from keras_mlp.recipes.resumable_run import recipe_of
from keras_mlp.recipes.run import run as train_into
from keras_mlp.recipes.shortfall import shortfall
from keras_mlp.report import require_matplotlib
from keras_mlp.training import WorkerGroup

HELP = "Train a recipe, or a network on your own data, and report on it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "recipe",
        nargs="?",
        metavar="RECIPE",
        help="one of `keras-mlp list` (default: digits)",
    )
    parser.add_argument(
        "--dataset", metavar="NAME", help="data set (default: the recipe's)"
    )
    add_data_dir(parser)
    parser.add_argument(
        "--epochs",
        type=positive_integer,
        metavar="N",
        help="passes over the training data (default: the recipe's)",
    )
    parser.add_argument(
        "--batch-size",
        type=positive_integer,
        metavar="N",
        help="examples in a batch, of all workers together (default: the recipe's)",
    )
    parser.add_argument(
        "--learning-rate",
        type=positive_number,
        metavar="RATE",
        help="rate of the descent (default: the recipe's)",
    )
    parser.add_argument(
        "--optimizer",
        metavar="NAME",
        help=f"{', '.join(sorted(recipes.OPTIMIZERS))} (default: the recipe's)",
    )
    add_own_data_arguments(parser)
    add_network_arguments(parser)
    parser.add_argument("--seed", type=seed_number, metavar="N", help="(default: 0)")
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="a new or empty directory (default: runs/RECIPE-DATASET-N)",
    )
    parser.add_argument(
        "--strategy",
        choices=STRATEGIES,
        metavar="NAME",
        help=f"{', '.join(STRATEGIES)}: one device, all of this machine, or the "
        "workers that TF_CONFIG or Slurm tells of (default: none)",
    )
    parser.add_argument(
        "--local-workers",
        type=positive_integer,
        metavar="N",
        help="start N workers on this machine, to try --strategy multi-worker",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run in --out, with its settings, where it was stopped",
    )
    parser.add_argument(
        "--save-every",
        type=positive_number,
        default=10.0,
        metavar="SECONDS",
        help="how often the state of the training is saved (default: 10)",
    )


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
    begun = settings = None
    if arguments.resume:
        begun, settings = run_to_resume(arguments.out, workers)
        if settings is None:
            if workers.is_chief:
                where = f"The run in {arguments.out}/"
                print(f"{where} is complete: there is nothing to resume.")
            return
    with as_command_error():
        recipe, seed = _recipe(arguments, settings)
        if not isinstance(recipe, recipes.TrainedRecipe):
            raise CommandError(
                f"recipe '{recipe.name}' has no training part: its source gives "
                f"shapes and counts. Use 'keras-mlp reproduce {recipe.name}'."
            )
        recipe = recipe.replace(**_changes(arguments, recipe))
        if begun is not None:
            begun.begin(recipe, seed)
        # Reads the data once: its mistakes show before a directory is made.
        with offering_embedded_images(recipe):
            recipe.train_data(seed)
    if not workers.is_chief:
        resume = ExactResume(arguments.out or ".", every_seconds=arguments.save_every)
        with stoppable(None):
            recipes.carry_out(recipe, seed, 0, resume, strategy)
        return
    default = str(Path("runs") / recipe.run_name)
    place = (
        new_directory(arguments.out, default)
        if begun is None
        else contextlib.nullcontext(Path(arguments.out))
    )
    with place as directory, stoppable(directory):
        resumed = "" if begun is None else ", resumed"
        print(
            f"{recipe.name}: {recipe.title}, on {recipe.dataset}{resumed}", flush=True
        )
        found = recipe.describe_data()
        if found:
            print(f"\n{found}\n", flush=True)
        short = shortfall(recipe)
        if short is not None:
            print(f"\n{short.expectation()}\n", flush=True)
        record = train_into(
            recipe,
            directory,
            seed=seed,
            # A progress bar redraws itself, which a log file cannot.
            verbose=1 if sys.stdout.isatty() else 2,
            save_every=arguments.save_every,
            strategy=strategy,
        )
    print()
    for name, value in record["test"].items():
        print(f"Test {name}: {value:.4f}")
    print(f"Seconds per epoch: {record['seconds_per_epoch']:.3g}")
    if short is not None:
        print(short.explanation())
    print(f"Results: {directory}/")
    print(f"Open {directory / 'report.html'} to see them.")


def _recipe(
    arguments: argparse.Namespace, settings: dict[str, Any] | None
) -> tuple[recipes.Recipe, int]:
    """Returns the recipe and the seed that are chosen, or those of a run."""
    own = own_data(arguments)
    named, changes = own or (arguments.recipe, {})
    if settings is None:
        recipe = recipes.get(named) if own else documented_recipe(named or "digits")
        return recipe.replace(**changes), arguments.seed or 0
    recipe, seed = recipe_of(settings)
    if named not in (None, recipe.name):
        # Which it will be refused for.
        return recipes.get(named).replace(**changes), seed
    # What was given at the beginning may be given again.
    seed = seed if arguments.seed is None else arguments.seed
    return recipe.replace(**changes), seed


def _changes(arguments: argparse.Namespace, recipe: Any) -> dict[str, Any]:
    """Returns the settings of the recipe that the command line changes."""
    settings = (
        "dataset",
        "data_dir",
        "epochs",
        "batch_size",
        "learning_rate",
        "optimizer",
    )
    chosen = {setting: getattr(arguments, setting) for setting in settings}
    changes = {name: value for name, value in chosen.items() if value is not None}
    return {
        **changes,
        **network_changes(arguments, recipe),
        **validation_change(recipe, arguments.validation),
    }
