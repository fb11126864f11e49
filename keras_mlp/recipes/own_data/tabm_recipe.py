"""The recipe of TabM on a table that a user brings."""

import dataclasses

from keras_mlp.models import TabMClassifier, TabMRegressor
from keras_mlp.recipes.own_data.published_table_recipe import PublishedTableRecipe


@dataclasses.dataclass(frozen=True, kw_only=True)
class TabMRecipe(PublishedTableRecipe):
    """TabM on a table."""

    network_classes = (TabMClassifier, TabMRegressor)
    optimizers = ("adamw",)


TABLE_TABM = TabMRecipe(
    name="table-tabm",
    title="TabM, 16 perceptrons in one, on your table",
    notes="Gorishniy, Kotelnikov, Babenko, 2024, with 16 networks of width 256. "
    "Training stops when more than 16 epochs in a row were no better on the validation "
    "rows, and keeps the best weights.",
    optimizer="adamw",
    epochs=1000,
)
