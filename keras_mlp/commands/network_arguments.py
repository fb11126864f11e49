"""The options that change a network, of recipes and of models of one's own data."""

import argparse
from typing import Any

import keras

from keras_mlp.commands.arguments import positive_integer, share
from keras_mlp.validation import check_known

MODELS = ("mlp", "linear")


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that change a network."""
    network = parser.add_argument_group("the network")
    network.add_argument(
        "--model",
        choices=MODELS,
        help="a multilayer perceptron, or one without hidden layers (default: the "
        "recipe's)",
    )
    network.add_argument(
        "--hidden-units",
        type=units,
        metavar="N,N",
        help="width of each hidden layer, such as 256,128 (default: the recipe's)",
    )
    network.add_argument(
        "--activation", metavar="NAME", help="of hidden layers (default: the recipe's)"
    )
    network.add_argument(
        "--dropout",
        type=share,
        metavar="RATE",
        help="share of each hidden layer that is dropped (default: the recipe's)",
    )
    network.add_argument(
        "--normalization",
        choices=("batch", "layer", "rms"),
        help="of hidden layers (default: the recipe's)",
    )


def network_changes(arguments: argparse.Namespace, recipe: Any) -> dict[str, Any]:
    """Returns the settings of a network that the command line changes.

    Args:
        arguments: Those of the command.
        recipe: What they change.

    Raises:
        ValueError: If they contradict each other, or the recipe has no such network.
    """
    names = ("hidden_units", "activation", "dropout", "normalization")
    chosen = {name: getattr(arguments, name) for name in names}
    changes = {name: value for name, value in chosen.items() if value is not None}
    options = [f"--{name.replace('_', '-')}" for name in changes]
    if arguments.model == "linear":
        if options:
            raise ValueError(
                "--model linear has no hidden layers. Received: "
                f"{', '.join(options)}. Leave one of them out."
            )
        changes["hidden_units"] = ()
    if arguments.model is not None:
        options.append("--model")
    if options and not hasattr(recipe, "hidden_units"):
        raise ValueError(
            f"{options[0]} is for multilayer perceptrons. Received: recipe "
            f"'{recipe.name}', which is none. Leave it out, or choose another recipe."
        )
    if "activation" in changes:
        check_known("activation", keras.activations.get, changes["activation"])
    return changes


def units(text: str) -> tuple[int, ...]:
    """Reads widths of layers, separated by commas."""
    return tuple(positive_integer(word.strip()) for word in text.split(","))
