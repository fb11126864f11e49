"""A recipe's network as plain TensorFlow or Keras."""

from importlib import resources

from keras_mlp.recipes.lookup import RECIPES, get
from keras_mlp.recipes.own_data.table_recipe import TableRecipe


def plain_text(name: str) -> str:
    """Returns a recipe as a short program of plain TensorFlow or Keras.

    The program uses no class of this package. It reads the same data, begins with the
    same weights as the recipe with seed 0, and trains alike.

    Args:
        name: One of `names()` but for the networks for tables, which no short program
            can hold.

    Returns:
        Python, as `keras-mlp show` prints it.

    Raises:
        ValueError: If there is no such recipe, or no such program of it.

    Example:

    ```python
    import keras_mlp

    text = keras_mlp.recipes.plain_text("sequential-toy")
    assert "import keras" in text.splitlines() and "keras_mlp" not in text
    ```
    """
    recipe = get(name)
    shown = [known for known in RECIPES if not isinstance(known, TableRecipe)]
    if recipe not in shown:
        raise ValueError(
            "`name` must be that of a network that a short program of plain Keras can "
            f"hold. Received: name={name!r}, {recipe.title}. Use one of: "
            f"{', '.join(known.name for known in shown)}."
        )
    folder = resources.files("keras_mlp.recipes") / "plain"
    return (folder / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
