"""A recipe's network as plain TensorFlow or Keras."""

from importlib import resources

from keras_mlp.recipes.lookup import get, names


def plain_text(name: str) -> str:
    """Returns a recipe as a short program of plain TensorFlow or Keras.

    The program uses no class of this package. It reads the same data, begins with the
    same weights as the recipe with seed 0, and trains alike.

    Args:
        name: One of `names()`.

    Returns:
        Python, as `keras-mlp show` prints it.

    Raises:
        ValueError: If there is no such recipe, or it is one of a user's own data.

    Example:

    ```python
    import keras_mlp

    text = keras_mlp.recipes.plain_text("sequential-toy")
    assert "import keras" in text.splitlines() and "keras_mlp" not in text
    ```
    """
    recipe = get(name)
    if recipe.name not in names():
        raise ValueError(
            "`name` must be that of a recipe with data of its own. "
            f"Received: name={name!r}. Use one of: {', '.join(names())}."
        )
    folder = resources.files("keras_mlp.recipes") / "plain"
    return (folder / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
