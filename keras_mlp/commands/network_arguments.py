"""The options that change a network, of recipes and of models of one's own data."""

import argparse
from typing import Any

from keras_mlp.commands.arguments import positive_integer, share

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


def network_changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """Returns the settings of a network that the command line changes.

    Args:
        arguments: Those of the command.

    Raises:
        ValueError: If they contradict each other.
    """
    if arguments.model == "linear" and arguments.hidden_units is not None:
        raise ValueError(
            "--model linear has no hidden layers. Received: --hidden-units "
            f"{','.join(map(str, arguments.hidden_units))}. Leave one of them out."
        )
    names = ("hidden_units", "activation", "dropout", "normalization")
    chosen = {name: getattr(arguments, name) for name in names}
    if arguments.model == "linear":
        chosen["hidden_units"] = ()
    return {name: value for name, value in chosen.items() if value is not None}


def units(text: str) -> tuple[int, ...]:
    """Reads widths of layers, separated by commas."""
    return tuple(positive_integer(word.strip()) for word in text.split(","))
