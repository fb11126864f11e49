"""What a source gives of its network: a record of figures, and initializers."""

import json
from importlib import resources
from typing import Any


def published(name: str) -> dict[str, Any]:
    """Returns the record of what a source published.

    Args:
        name: Name of the recipe.
    """
    path = resources.files("keras_mlp.recipes") / "published" / f"{name}.json"
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def unseeded(initializer: str, **config: float) -> dict[str, Any]:
    """Returns Keras' configuration of an initializer without a seed.

    The object itself would draw a seed now, from the random generator of whoever
    imports the package.

    Args:
        initializer: Name of its class in `keras.initializers`.
        **config: What it is made from.
    """
    return {
        "module": "keras.initializers",
        "class_name": initializer,
        "config": {**config, "seed": None},
        "registered_name": None,
    }
