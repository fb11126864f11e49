"""Recipes: the documented networks with their data and published figures.

`DOCUMENTED` holds the recipes whose sources publish figures, `BEST` those that aim at
accuracy: tuples of recipes. `OPTIMIZERS` has the optimizers that a recipe can name.

```python
import keras_mlp

names = [recipe.name for recipe in keras_mlp.recipes.DOCUMENTED]
assert "mnist-mlp" in names
assert len(keras_mlp.recipes.BEST) > 0
assert "adam" in keras_mlp.recipes.OPTIMIZERS
```
"""

from keras_mlp.plain_text import plain_text
from keras_mlp.recipes.autoencoder_recipe import AutoencoderRecipe
from keras_mlp.recipes.best import BEST
from keras_mlp.recipes.builder_recipe import BuilderRecipe
from keras_mlp.recipes.carry_out import carry_out
from keras_mlp.recipes.documented import DOCUMENTED
from keras_mlp.recipes.image_recipe import ImageRecipe
from keras_mlp.recipes.line_recipe import LineRecipe
from keras_mlp.recipes.lookup import get, names
from keras_mlp.recipes.mlp_recipe import MLPRecipe
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.recipes.recipe import Figure, Recipe
from keras_mlp.recipes.trained_recipe import OPTIMIZERS, TrainedRecipe

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
    "carry_out",
    "get",
    "names",
    "plain_text",
]
