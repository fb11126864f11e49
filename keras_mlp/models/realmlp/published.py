"""What the authors of RealMLP publish as its defaults.

Holzmüller, Grinsztajn, Steinwart, "Better by Default: Strong Pre-Tuned MLPs and Boosted
Trees on Tabular Data", 2024, https://arxiv.org/abs/2407.04491, and their package
pytabkit.
"""

import dataclasses
from typing import Any

import keras

from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.models.realmlp.corrected_adam import CorrectedAdam
from keras_mlp.optimizers import ParameterGroups
from keras_mlp.optimizers.schedules import CosineLog, FlatCosine
from keras_mlp.validation import check_choice

VARIANTS = ("td", "td-s")
HIDDEN_UNITS = (256, 256, 256)
EPOCHS = 256
BATCH_SIZE = 256
# The network learns on so many waves of each number, 4 numbers in all.
EMBEDDING_UNITS = 4
FREQUENCIES = 16
FREQUENCY_SCALE = 0.1
# Categories of a column that is one-hot; theirs are 9 with that of what is missing.
ONE_HOT_LIMIT = 8
CATEGORY_UNITS = 8
LABEL_SMOOTHING = 0.1


@dataclasses.dataclass(frozen=True)
class Published:
    """The defaults of a variant for a kind of task.

    Args:
        activation: Of the hidden layers.
        learning_rate: The top of the waves of `CosineLog`.
        dropout: Of the hidden layers, at first.
        weight_decay: At first.
        is_full: Whether it is "td": numbers and many categories are embedded, how much
            of the activation a unit takes is learnt, and the network starts from the
            data.
    """

    activation: str
    learning_rate: float
    dropout: float = 0.0
    weight_decay: float = 0.0
    is_full: bool = False

    def optimizer(self) -> keras.optimizers.Optimizer:
        """Returns Adam with a learning rate and a weight decay for each kind of weight.

        The last group has all that no other has.
        """
        options: dict[str, Any] = {
            "learning_rate": CosineLog(self.learning_rate),
            "beta_1": 0.9,
            "beta_2": 0.95,
            "epsilon": 1e-8,
        }
        scale = {"match": r"scale/scale$", "learning_rate": 6.0}
        biases = {"match": r"dense_\d+/bias$", "learning_rate": 0.1}
        if not self.is_full:
            return ParameterGroups(CorrectedAdam(**options), [scale, biases])
        falling = {"weight_decay": FlatCosine(1.0)}
        slow = [r"periodic_embedding/", r"activation_\d+/weight$"]
        return ParameterGroups(
            CorrectedAdam(**options, weight_decay=self.weight_decay),
            [
                {**scale, **falling},
                {**biases, "weight_decay": 0.0},
                {"match": slow, "learning_rate": 0.1, **falling},
                {"match": "", **falling},
            ],
        )

    def preprocessing(self, seed: int | None) -> TabularPreprocessing:
        """Returns what makes numbers of the columns of a table.

        Args:
            seed: Fixes the initial embeddings of categories.
        """
        return TabularPreprocessing(
            scaling="none",
            category_encoding="compact",
            one_hot_limit=ONE_HOT_LIMIT if self.is_full else 1000,
            embedding_dim=CATEGORY_UNITS,
            embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0),
            seed=seed,
            name="preprocessing",
        )


def published(variant: str, is_regression: bool) -> Published:
    """Returns the defaults of a variant.

    Args:
        variant: One of `VARIANTS`.
        is_regression: Whether numbers are predicted, rather than classes.

    Raises:
        ValueError: If there is no such variant.
    """
    check_choice("variant", variant, VARIANTS)
    activation = "mish" if is_regression else "selu"
    if variant == "td-s":
        return Published(activation, 0.07 if is_regression else 0.04)
    return Published(
        activation,
        0.2 if is_regression else 0.04,
        dropout=0.15,
        weight_decay=0.02,
        is_full=True,
    )
