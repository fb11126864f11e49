"""The strongest perceptrons for tables, as published, on the embedded diamonds.

The ranges of the figures are those that the code of the authors, with these settings,
gave on the same rows, widened by 10 %: seeds 0 to 2 of RealMLP, seed 0 of TabM.
"""

import dataclasses
from typing import Any, ClassVar

import keras

from keras_mlp.models import RealMLPRegressor, TabMRegressor
from keras_mlp.recipes import measures
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.recipe import Figure


@dataclasses.dataclass(frozen=True, kw_only=True)
class DiamondsRecipe(TableRecipe):
    """A network that learns the prices of diamonds, trained as its authors do.

    The model itself brings their optimizer with its schedules, and knows when to stop
    and which weights to keep.
    """

    dataset: str = "diamonds_5k"
    target: str = "price"
    # As much as both authors hold out.
    validation_size: float = 0.2
    batch_size: int = 256
    network_class: ClassVar[type[Any]]

    def network(self, num_outputs: int, seed: int, **names: Any) -> Any:
        """Returns the network as it is made.

        Args:
            num_outputs: Width of its last layer.
            seed: Integer that fixes the initial weights.
            **names: None: prices are no classes.
        """
        return self.network_class(num_outputs, seed=seed, **names)

    def optimizer_of(self, network: Any) -> keras.optimizers.Optimizer:
        """Returns the published optimizer, with the recipe's learning rate.

        Args:
            network: What `network` has returned.
        """
        chosen: keras.optimizers.Optimizer = network.default_optimizer(
            self.learning_rate
        )
        return chosen


@dataclasses.dataclass(frozen=True, kw_only=True)
class RealMLPDiamonds(DiamondsRecipe):
    """RealMLP-TD."""

    network_class = RealMLPRegressor
    optimizers = ("adam",)
    whole_batches = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class TabMDiamonds(DiamondsRecipe):
    """TabM, of the size that suits a CPU."""

    network_class = TabMRegressor
    optimizers = ("adamw",)


REALMLP_DIAMONDS = RealMLPDiamonds(
    name="realmlp-diamonds",
    title="RealMLP-TD as published, on the prices of diamonds",
    notes=(
        "Holzmüller, Grinsztajn, Steinwart, 2024: three hidden layers of 256 behind "
        "embeddings of the numbers; four waves of the learning rate, of which the "
        "one here is the top, and dropout and weight decay that fall. Kept are the "
        "weights of the epoch with the least squared error on the validation rows."
    ),
    optimizer="adam",
    learning_rate=0.2,
    epochs=256,
    figures=(
        Figure(
            name="mean absolute test error, US dollars",
            measure=measures.test_error,
            low=285,
            high=359,
        ),
    ),
)

TABM_DIAMONDS = TabMDiamonds(
    name="tabm-diamonds",
    title="TabM, 16 perceptrons in one, on the prices of diamonds",
    notes=(
        "Gorishniy, Kotelnikov, Babenko, 2024, with 16 networks of width 256 in place "
        "of 32 of width 512. Training stops when more than 16 epochs in a row were no "
        "better on the validation rows, and keeps the best weights."
    ),
    optimizer="adamw",
    learning_rate=0.002,
    epochs=1000,
    figures=(
        Figure(
            name="mean absolute test error, US dollars",
            measure=measures.test_error,
            low=305,
            high=372,
        ),
    ),
)

DIAMONDS = (REALMLP_DIAMONDS, TABM_DIAMONDS)
