"""`keras-mlp train`: trains a recipe into a run directory."""

import argparse
import sys
from pathlib import Path
from typing import Any

from keras_mlp import recipes
from keras_mlp.commands.arguments import (
    add_data_dir,
    positive_integer,
    positive_number,
    seed_number,
)
from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.embedded_data import offering_embedded_images
from keras_mlp.commands.local_training import train_locally
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.commands.strategies import STRATEGIES, ending_together, make_strategy
from keras_mlp.recipes.run import run as train_into
from keras_mlp.report import require_matplotlib
from keras_mlp.training import is_chief

HELP = "Train a recipe and save the model, its figures and its pictures."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "recipe",
        nargs="?",
        default="digits",
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
    parser.add_argument(
        "--seed", type=seed_number, default=0, metavar="N", help="(default: 0)"
    )
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


def run(arguments: argparse.Namespace) -> None:
    """Trains, and prints how well it went and where everything is."""
    # Asked before the training, not found out after it.
    require_matplotlib()
    with as_command_error():
        recipe = recipes.get(arguments.recipe)
        if not isinstance(recipe, recipes.TrainedRecipe):
            raise CommandError(
                f"recipe '{recipe.name}' has no training part: its source gives "
                f"shapes and counts. Use 'keras-mlp reproduce {recipe.name}'."
            )
        recipe = recipe.replace(**_changes(arguments))
    if arguments.local_workers:
        train_locally(arguments)
        return
    # Before the data, with which TensorFlow starts.
    strategy = make_strategy(arguments.strategy or "none")
    with as_command_error(), offering_embedded_images(recipe):
        # Reads the data once: its mistakes show before a directory is made.
        recipe.train_data(arguments.seed)
    if not is_chief(strategy):
        with ending_together(strategy):
            recipes.carry_out(recipe, arguments.seed, verbose=0, strategy=strategy)
        return
    default = str(Path("runs") / f"{recipe.name}-{recipe.dataset.replace('/', '-')}")
    with (
        new_directory(arguments.out, default) as directory,
        ending_together(strategy),
    ):
        print(f"{recipe.name}: {recipe.title}, on {recipe.dataset}", flush=True)
        record = train_into(
            recipe,
            directory,
            seed=arguments.seed,
            # A progress bar redraws itself, which a log file cannot.
            verbose=1 if sys.stdout.isatty() else 2,
            strategy=strategy,
        )
    print()
    for name, value in record["test"].items():
        print(f"Test {name}: {value:.4f}")
    print(f"Seconds per epoch: {record['seconds_per_epoch']:.3g}")
    print(f"Results: {directory}/")
    print(f"Open {directory / 'report.html'} to see them.")


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
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
    return {setting: value for setting, value in chosen.items() if value is not None}
