"""Finding a recipe by its name."""

from keras_mlp.recipes.best import BEST
from keras_mlp.recipes.catalogue import unknown
from keras_mlp.recipes.diamonds import DIAMONDS
from keras_mlp.recipes.documented import DIGITS, DOCUMENTED
from keras_mlp.recipes.own_data.folder_recipe import FOLDER
from keras_mlp.recipes.own_data.realmlp_recipe import TABLE_REALMLP
from keras_mlp.recipes.own_data.table_mlp_recipe import TABLE
from keras_mlp.recipes.own_data.tabm_recipe import TABLE_TABM
from keras_mlp.recipes.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (DIGITS, *DOCUMENTED, *BEST, *DIAMONDS)

# Of data that a user brings: they are not listed, since they name no data.
OWN_DATA: tuple[Recipe, ...] = (TABLE, TABLE_REALMLP, TABLE_TABM, FOLDER)


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
        name: One of `names()`, or `"table"`, `"table-realmlp"`, `"table-tabm"`
            or `"images"`, for your own data.

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
    raise unknown(name)
