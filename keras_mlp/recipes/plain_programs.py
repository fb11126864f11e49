"""A recipe's network as plain TensorFlow or Keras."""

from pathlib import Path

from keras_mlp.recipes import catalogue


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
    own = name in catalogue.OWN_DATA
    title = "for data of your own" if own else catalogue.find(name).title
    programs = _programs()
    if name not in programs:
        names = [entry.name for entry in catalogue.entries()]
        raise ValueError(
            "`name` must be that of a network that a short program of plain Keras can "
            f"hold. Received: name={name!r}, {title}. Use one of: "
            f"{', '.join(name for name in names if name in programs)}."
        )
    return programs[name].read_text(encoding="utf-8")


def _programs() -> dict[str, Path]:
    # Not by importing the folder: that takes Keras.
    folder = Path(__file__).parent / "plain"
    return {path.stem.replace("_", "-"): path for path in folder.rglob("*.py")}
