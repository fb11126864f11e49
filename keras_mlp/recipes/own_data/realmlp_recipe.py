"""The recipe of RealMLP on a table that a user brings."""

import dataclasses

from keras_mlp.models import RealMLPClassifier, RealMLPRegressor
from keras_mlp.recipes.own_data.published_table_recipe import PublishedTableRecipe


@dataclasses.dataclass(frozen=True, kw_only=True)
class RealMLPRecipe(PublishedTableRecipe):
    """RealMLP on a table."""

    network_classes = (RealMLPClassifier, RealMLPRegressor)
    optimizers = ("adam",)
    whole_batches = True


TABLE_REALMLP = RealMLPRecipe(
    name="table-realmlp",
    title="RealMLP-TD as published, on your table",
    notes="Holzmüller, Grinsztajn, Steinwart, 2024: three hidden layers of 256 behind "
    "embeddings of the numbers; kept are the weights of the epoch with the least error "
    "on the validation rows.",
    optimizer="adam",
    epochs=256,
)
