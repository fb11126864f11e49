"""`keras-mlp train`: trains a recipe into a run directory."""

import argparse
from pathlib import Path

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.shared.arguments import (
    add_data_dir,
    add_output_arguments,
    one_of,
    positive_integer,
    positive_number,
    seed_number,
)
from keras_mlp.commands.shared.checks import check_recipe
from keras_mlp.commands.train.network_arguments import (
    add_network_arguments,
    check_network_arguments,
)
from keras_mlp.commands.train.own_data_arguments import (
    add_own_data_arguments,
    own_data,
)
from keras_mlp.requirements import require_extra

HELP = "Train a recipe, or a network on your own data, and report on it."

OPTIMIZERS = ("adam", "adamw", "gradient_descent", "rmsprop", "sgd")
STRATEGIES = ("none", "mirrored", "multi-worker")


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
        **one_of(OPTIMIZERS),
        metavar="NAME",
        help=f"{', '.join(OPTIMIZERS)} (default: the recipe's)",
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
        **one_of(STRATEGIES),
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
    parser.add_argument(
        "--tensorboard",
        nargs="?",
        const=True,
        metavar="DIR",
        help="write what TensorBoard shows, after RECIPE (default: in the run)",
    )
    add_output_arguments(parser, quiet="print the results and no progress")


def check(arguments: argparse.Namespace) -> None:
    """Says what is wrong as far as that can be seen without TensorFlow."""
    with as_command_error():
        own = own_data(arguments)
    if own is None and arguments.recipe is not None:
        check_recipe(arguments.recipe)
    check_network_arguments(arguments)
    if arguments.images is not None and not Path(arguments.images).exists():
        raise CommandError(
            f"--images must be a directory. Received: '{arguments.images}', which is "
            "not there. Check the name."
        )
    if arguments.local_workers and arguments.strategy not in (None, "multi-worker"):
        raise CommandError(
            "--local-workers is for --strategy multi-worker. Received: --strategy "
            f"{arguments.strategy}. Leave one of them out."
        )
    if arguments.tensorboard:
        require_extra("--tensorboard", "tensorboard", extra="tensorboard")
