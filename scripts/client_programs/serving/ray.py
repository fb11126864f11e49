"""Ray Train: two workers that train one model."""

from typing import Any

import keras
import numpy as np


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what the workers reported.

    Raises:
        AssertionError: If that is not what one process of stock Keras gets.
    """
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input([64]), layers.Dense(32, activation="relu"), layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    alone = model.fit(
        example["x"], example["y"], batch_size=64, epochs=2, shuffle=False, verbose=0
    )
    for name, values in alone.history.items():
        np.testing.assert_allclose(example["history"][name], values, rtol=1e-3)
    return dict(example["history"])
