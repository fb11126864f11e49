"""The options that change a network, of recipes and of models of one's own data."""

import argparse

from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.shared.arguments import one_of, positive_integer, share

# Networks of tables alone, of which each has a recipe.
OF_TABLES = ("realmlp", "tabm")
MODELS = ("mlp", "linear", *OF_TABLES)
NORMALIZATIONS = ("batch", "layer", "rms")
OF_HIDDEN_LAYERS = ("hidden_units", "activation", "dropout", "normalization")


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that change a network."""
    network = parser.add_argument_group("the network")
    network.add_argument(
        "--model",
        **one_of(MODELS),
        metavar="NAME",
        help="mlp; linear, without hidden layers; for --table also realmlp or tabm "
        "(default: the recipe's, or mlp)",
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
        **one_of(NORMALIZATIONS),
        metavar="NAME",
        help=f"{', '.join(NORMALIZATIONS)}: of hidden layers (default: the recipe's)",
    )


def check_network_arguments(arguments: argparse.Namespace) -> None:
    """Checks that the options of a network do not contradict each other.

    Args:
        arguments: Those of the command.

    Raises:
        CommandError: If a model without hidden layers is to have such.
    """
    given = [name for name in OF_HIDDEN_LAYERS if getattr(arguments, name) is not None]
    if arguments.model == "linear" and given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise CommandError(
            f"--model linear has no hidden layers. Received: {options}. Leave one of "
            "them out."
        )


def units(text: str) -> tuple[int, ...]:
    """Reads widths of layers, separated by commas."""
    return tuple(positive_integer(word.strip()) for word in text.split(","))
