"""What recipes of RealMLP and TabM share."""

import dataclasses
from typing import Any, ClassVar

import keras

from keras_mlp.recipes.own_data.table_recipe import TableRecipe


@dataclasses.dataclass(frozen=True, kw_only=True)
class PublishedTableRecipe(TableRecipe):
    """A network on a table, trained as its authors do.

    The model itself brings their optimizer with its schedules, and knows when to stop
    and which weights to keep. Without a learning rate it is the published one.
    """

    dataset: str = ""
    # As much as both authors hold out.
    validation_size: float = 0.2
    batch_size: int = 256
    learning_rate: float | None = None
    # Of classes, and of numbers.
    network_classes: ClassVar[tuple[type[Any], type[Any]]]

    def network(self, num_outputs: int, seed: int, **names: Any) -> Any:
        """Returns the network as it is made.

        Args:
            num_outputs: Width of its last layer.
            seed: Integer that fixes the initial weights.
            **names: Of a classifier, its `class_names`.
        """
        classifier, regressor = self.network_classes
        return (classifier if names else regressor)(num_outputs, seed=seed, **names)

    def optimizer_of(self, network: Any) -> keras.optimizers.Optimizer:
        """Returns the published optimizer, with the recipe's learning rate.

        Args:
            network: What `network` has returned.
        """
        chosen: keras.optimizers.Optimizer = network.default_optimizer(
            self.learning_rate
        )
        return chosen
