"""Finding a recipe by its name."""

import difflib

from keras_mlp.recipes.best import BEST
from keras_mlp.recipes.diamonds import DIAMONDS
from keras_mlp.recipes.documented import DIGITS, DOCUMENTED
from keras_mlp.recipes.own_data.folder_recipe import FOLDER
from keras_mlp.recipes.own_data.table_mlp_recipe import TABLE
from keras_mlp.recipes.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (DIGITS, *DOCUMENTED, *BEST, *DIAMONDS)

# Of data that a user brings: they are not listed, since they name no data.
OWN_DATA: tuple[Recipe, ...] = (TABLE, FOLDER)


def names() -> list[str]:
    """Returns the names of all documented recipes, in their order.

    Example:

    ```python
    import keras_mlp

    assert "digits" in keras_mlp.recipes.names()
    ```
    """
    return [recipe.name for recipe in RECIPES]


def get(name: str) -> Recipe:
    """Returns the recipe of this name.

    Args:
        name: One of `names()`, or `"table"` or `"images"`.

    Raises:
        ValueError: If there is no such recipe.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("digits")
    assert recipe.hidden_units == (256, 128)
    ```
    """
    for recipe in (*RECIPES, *OWN_DATA):
        if recipe.name == name:
            return recipe
    near = difflib.get_close_matches(name, names(), n=1)
    hint = (
        f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(names())}."
    )
    raise ValueError(
        f"`name` must be the name of a recipe. Received: name={name!r}. {hint}"
    )
