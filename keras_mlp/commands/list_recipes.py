"""`keras-mlp list`: the recipes."""

import argparse

from keras_mlp import recipes

HELP = "List the recipes."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments: none."""


def run(arguments: argparse.Namespace) -> None:
    """Prints each recipe with its data set and what it is."""
    found = [recipes.get(name) for name in recipes.names()]
    datasets = [getattr(recipe, "dataset", "none") for recipe in found]
    name_width = max(len(recipe.name) for recipe in found)
    dataset_width = max(map(len, datasets))
    for recipe, dataset in zip(found, datasets, strict=True):
        print(f"{recipe.name:{name_width}}  {dataset:{dataset_width}}  {recipe.title}")
