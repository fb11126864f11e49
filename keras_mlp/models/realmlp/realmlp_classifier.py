"""RealMLP for classes."""

from collections.abc import Sequence
from typing import Any

import keras

from keras_mlp.callbacks import BestWeights
from keras_mlp.models.classifier_model import ClassifierModel
from keras_mlp.models.realmlp.published import (
    HIDDEN_UNITS,
    LABEL_SMOOTHING,
    published,
)
from keras_mlp.models.realmlp.realmlp_model import RealMLPModel
from keras_mlp.serializable import serializable


@serializable
class RealMLPClassifier(ClassifierModel, RealMLPModel):
    """RealMLP: a multilayer perceptron for the classes of a table, strong as it is.

    Holzmüller, Grinsztajn, Steinwart, "Better by Default: Strong Pre-Tuned MLPs and
    Boosted Trees on Tabular Data", 2024, https://arxiv.org/abs/2407.04491. `adapt` it
    to the training data, `compile` it without arguments, and `fit` it with validation
    data: all settings are then those of the authors.

    Args:
        num_classes: Positive integer, the number of outputs. With `1` there are two
            classes, and the output is the logit of the second.
        variant: `"td"`, all of RealMLP, or `"td-s"`, the simple one: without
            embeddings, dropout, weight decay and a start from the data. Defaults to
            `"td"`.
        hidden_units: Sequence of positive integers, the width of each hidden layer.
            Defaults to three times 256.
        dropout: Of the hidden layers. Defaults to `None`: 0.15 for `"td"`, and 0.
        label_smoothing: Share of each target that all classes share, from 0 up to 1.
            Use 0 where probabilities matter more than answers. Defaults to 0.1.
        preprocessing: Keras layer that the inputs go through first. Defaults to `None`:
            `adapt` makes a `data.TabularPreprocessing` where the data have columns.
        class_names: Name of each class, as for `MLPClassifier`. Defaults to `None`.
        seed: Integer that fixes the weights, the dropout and the order of examples.
            Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, features)`, or the columns of a table by name.

    Output shape:
        `(batch_size, num_classes)`: logits.

    Raises:
        ValueError: If an argument is none of these.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    random = np.random.default_rng(0)
    table = {"x": random.normal(size=400), "kind": random.choice(["a", "b", "c"], 400)}
    y = ((table["x"] > 0) == (table["kind"] == "a")).astype("int64")
    model = keras_mlp.models.RealMLPClassifier(2, hidden_units=[64, 64], seed=0)
    model.adapt(table)
    model.compile()
    model.fit(table, y, batch_size=32, epochs=10, validation_split=0.2, verbose=0)
    assert (model.predict_classes(table, verbose=0) == y).mean() > 0.9
    ```
    """

    def __init__(
        self,
        num_classes: int,
        variant: str = "td",
        *,
        hidden_units: Sequence[int] = HIDDEN_UNITS,
        dropout: float | None = None,
        label_smoothing: float = LABEL_SMOOTHING,
        preprocessing: keras.layers.Layer | None = None,
        class_names: Sequence[str] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_classes,
            hidden_units,
            preprocessing=preprocessing,
            class_names=class_names,
            published=published(variant, is_regression=False),
            variant=variant,
            dropout=dropout,
            label_smoothing=label_smoothing,
            seed=seed,
            **kwargs,
        )

    def adapt(self, data: Any, targets: Any = None) -> None:
        """Learns the columns and starts the network, inside the model, by the data.

        Medians, quartiles and categories are saved and exported with the model. With
        `"td"`, the weights are drawn anew and fitted to the data. The encoded data are
        held in memory.

        Args:
            data: Array `[examples, features]`, a data frame, a dictionary of columns,
                or a batched `tf.data.Dataset` of such.
            targets: Are not looked at.

        Raises:
            ValueError: If there is no example, an array holds numbers that are not
                finite, or the columns of a table were learnt before.
        """
        self._adapt_inputs(data)

    def best_weights(self) -> keras.callbacks.Callback:
        """Returns the callback that keeps the weights with the fewest wrong answers."""
        return BestWeights(monitor="val_accuracy", mode="max")
