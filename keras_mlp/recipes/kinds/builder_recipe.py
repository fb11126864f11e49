"""Recipes of networks that their sources build and do not train."""

import dataclasses
from collections.abc import Callable

import keras

from keras_mlp.recipes.recipe import Recipe


@dataclasses.dataclass(frozen=True, kw_only=True)
class BuilderRecipe(Recipe):
    """A network that is documented by its shapes and counts alone.

    Args:
        builder: Function that returns the network; it takes a `seed`.
        input_shape: Shape of one example.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("sequential-toy")
    assert isinstance(recipe, keras_mlp.recipes.BuilderRecipe)
    assert recipe.model(seed=0).count_params() == 35
    ```
    """

    builder: Callable[..., keras.Model]
    input_shape: tuple[int, ...]

    def model(self, seed: int = 0) -> keras.Model:
        """Returns the network, built by a call on one example of ones.

        Args:
            seed: Integer that fixes the initial weights.
        """
        network = self.builder(seed=seed)
        network(keras.ops.ones((1, *self.input_shape)))
        return network
