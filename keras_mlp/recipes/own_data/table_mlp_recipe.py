"""The recipe of a plain perceptron on a table that a user brings."""

import dataclasses
from typing import Any

import keras

from keras_mlp.data import TabularPreprocessing
from keras_mlp.data.columns.tabular_preprocessing import SCALINGS
from keras_mlp.models import MLPClassifier, MLPRegressor
from keras_mlp.recipes.own_data.early_stopping import early_stopping
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.validation import check_choice

NORMALIZATIONS = (None, "batch", "layer", "rms")


@dataclasses.dataclass(frozen=True, kw_only=True)
class TableMLPRecipe(TableRecipe):
    """A multilayer perceptron on a table.

    Training stops where the loss on the validation rows no longer falls, and keeps the
    weights that were best for them.

    Args:
        hidden_units: Width of each hidden layer; none for a linear model.
        activation: Activation of the hidden layers.
        dropout: Fraction of each hidden layer's outputs that is dropped.
        normalization: As for `layers.MLP`.
        scaling: How numbers are scaled, as for `TabularPreprocessing`.
    """

    hidden_units: tuple[int, ...] = (256, 128)
    activation: str = "relu"
    dropout: float = 0.1
    normalization: str | None = None
    scaling: str = "auto"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("normalization", self.normalization, NORMALIZATIONS)
        check_choice("scaling", self.scaling, SCALINGS)

    def network(self, num_outputs: int, seed: int, **names: Any) -> Any:
        """Returns the network as it is made.

        Args:
            num_outputs: Width of its last layer.
            seed: Integer that fixes the initial weights.
            **names: Of a classifier, its `class_names`.
        """
        return (MLPClassifier if names else MLPRegressor)(
            num_outputs,
            self.hidden_units,
            activation=self.activation,
            dropout=self.dropout,
            normalization=self.normalization,
            preprocessing=TabularPreprocessing(scaling=self.scaling, seed=seed),
            seed=seed,
            **names,
        )

    def callbacks(self, show: bool = True) -> list[keras.callbacks.Callback]:
        """Returns what stops a training that no longer helps."""
        if not self.validation_size:
            return []
        return [early_stopping()]


TABLE = TableMLPRecipe(
    name="table",
    title="a multilayer perceptron on your table",
    notes="Columns are prepared inside the model, as they are in the training rows. "
    "Training stops where the loss on the validation rows no longer falls, and keeps "
    "the weights that were best for them.",
    dataset="",
    optimizer="adam",
    learning_rate=1e-3,
    epochs=200,
    batch_size=128,
)
