"""What the authors of TabM publish as its defaults."""

from collections.abc import Sequence
from typing import Any

import keras

from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing

# What the authors publish, https://github.com/yandex-research/tabm: 3 layers, 2 behind
# an embedding. Their width is 512, of 32 networks: too slow without a GPU.
ENSEMBLE_SIZE = 16
WIDTH = 256
DROPOUT = 0.1
LEARNING_RATE = 0.002
WEIGHT_DECAY = 3e-4
MOST_GRADIENT = 1.0
BATCH_SIZE = 256
VALIDATION_BATCH_SIZE = 1024
# They stop when more than 16 epochs in a row were no better.
PATIENCE = 17
# More than are ever taken with this patience.
MOST_EPOCHS = 1000
# Categories of a column; rarer ones are unknown.
MOST_CATEGORIES = 1000


def optimizer(learning_rate: float | None = None) -> keras.optimizers.Optimizer:
    """Returns AdamW; all weights decay.

    Args:
        learning_rate: Another learning rate. Defaults to the published one.
    """
    return keras.optimizers.AdamW(
        LEARNING_RATE if learning_rate is None else learning_rate,
        weight_decay=WEIGHT_DECAY,
        global_clipnorm=MOST_GRADIENT,
        epsilon=1e-8,
    )


def default_units(hidden_units: Sequence[int] | None, embedding: Any) -> Sequence[int]:
    """Returns the width of each hidden layer: what is published, where none is given.

    Args:
        hidden_units: What the caller passed.
        embedding: The embedding of numbers, if there is one.
    """
    if hidden_units is not None:
        return hidden_units
    return [WIDTH] * (3 if embedding is None else 2)


def preprocessing() -> TabularPreprocessing:
    """Returns what makes numbers of the columns of a table."""
    return TabularPreprocessing(
        scaling="none",
        one_hot_limit=MOST_CATEGORIES,
        max_categories=MOST_CATEGORIES,
        name="preprocessing",
    )
