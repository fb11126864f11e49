"""The settings of a recipe that the options of `keras-mlp train` change."""

import argparse
from typing import Any

import keras

from keras_mlp.commands.train.network_arguments import OF_HIDDEN_LAYERS, OF_TABLES
from keras_mlp.validation import check_known


def changes_of(arguments: argparse.Namespace, recipe: Any) -> dict[str, Any]:
    """Returns the settings of the recipe that the command line changes.

    Args:
        arguments: Those of the command.
        recipe: What they change.

    Raises:
        ValueError: If the recipe has no such setting.
    """
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
        **_network_changes(arguments, recipe),
        **_validation_change(recipe, arguments.validation),
    }


def _network_changes(arguments: argparse.Namespace, recipe: Any) -> dict[str, Any]:
    """Returns the settings of a network that the command line changes.

    Args:
        arguments: Those of the command.
        recipe: What they change.

    Raises:
        ValueError: If the recipe has no such network.
    """
    chosen = {name: getattr(arguments, name) for name in OF_HIDDEN_LAYERS}
    changes = {name: value for name, value in chosen.items() if value is not None}
    options = [f"--{name.replace('_', '-')}" for name in changes]
    if arguments.model == "linear":
        changes["hidden_units"] = ()
    if arguments.model not in (None, *OF_TABLES):
        options.append("--model")
    if options and not hasattr(recipe, "hidden_units"):
        raise ValueError(
            f"{options[0]} is for multilayer perceptrons. Received: recipe "
            f"'{recipe.name}', which is none. Leave it out, or choose another recipe."
        )
    if "activation" in changes:
        check_known("activation", keras.activations.get, changes["activation"])
    return changes


def _validation_change(recipe: Any, validation: float | None) -> dict[str, Any]:
    """Returns the setting of a recipe that `--validation` changes.

    Args:
        recipe: The recipe.
        validation: The share, or `None`.

    Raises:
        ValueError: If the recipe holds nothing out, or not as little.
    """
    if validation is None:
        return {}
    if hasattr(recipe, "validation_size"):
        return {"validation_size": validation}
    if not hasattr(recipe, "validation_percent"):
        raise ValueError(
            "--validation is for recipes that hold examples out. Received: recipe "
            f"'{recipe.name}', which does not. Leave it out."
        )
    percent = round(100 * validation)
    if percent != round(100 * validation, 6):
        raise ValueError(
            "--validation must be a share of images in whole per cent. Received: "
            f"{validation}. Pass, for example, 0.1."
        )
    return {"validation_percent": percent}
