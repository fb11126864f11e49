"""What comes of a recipe."""

import dataclasses
from typing import Any

import keras


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What comes of a recipe.

    Args:
        recipe: The recipe.
        seed: The seed that it was carried out with.
        model: The model, trained where the recipe trains it.
        history: Keras' history: a list of one number an epoch for each name.
        step_losses: Losses of single batches, one list an epoch; empty where the
            recipe records none.
        test: What `evaluate` gave on the test data.
        seconds_per_epoch: Median over the epochs, validation included.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("linear-regression").replace(epochs=2)
    outcome = keras_mlp.recipes.train(recipe, seed=0)
    assert isinstance(outcome, keras_mlp.recipes.Outcome)
    assert len(outcome.history["loss"]) == 2
    ```
    """

    recipe: Any
    seed: int
    model: keras.Model
    history: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    step_losses: list[list[float]] = dataclasses.field(default_factory=list)
    test: dict[str, float] = dataclasses.field(default_factory=dict)
    seconds_per_epoch: float = 0.0
