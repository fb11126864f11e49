"""The public names of `keras_mlp.recipes`, which has them when they are asked for."""

import warnings
from typing import Any

from keras_mlp.recipes.best import BEST
from keras_mlp.recipes.documented import DOCUMENTED
from keras_mlp.recipes.kinds.autoencoder_recipe import AutoencoderRecipe
from keras_mlp.recipes.kinds.builder_recipe import BuilderRecipe
from keras_mlp.recipes.kinds.image_recipe import ImageRecipe
from keras_mlp.recipes.kinds.line_recipe import LineRecipe
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.kinds.trained_recipe import OPTIMIZERS, TrainedRecipe
from keras_mlp.recipes.lookup import get, names
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.recipes.plain_programs import plain_text
from keras_mlp.recipes.recipe import Figure, Recipe
from keras_mlp.recipes.runs.train import train

__all__ = [
    "BEST",
    "DOCUMENTED",
    "OPTIMIZERS",
    "AutoencoderRecipe",
    "BuilderRecipe",
    "Figure",
    "ImageRecipe",
    "LineRecipe",
    "MLPRecipe",
    "Outcome",
    "Recipe",
    "TrainedRecipe",
    "get",
    "names",
    "plain_text",
    "train",
]


def __getattr__(name: str) -> Any:
    if name == "carry_out":
        warnings.warn(
            "`keras_mlp.recipes.carry_out` is now `keras_mlp.recipes.train`.",
            DeprecationWarning,
            stacklevel=3,
        )
        return train
    raise AttributeError(name)
