"""TabM for classes."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_mlp.models.averaging.mean_logits import mean_logits
from keras_mlp.models.classifier_model import ClassifierModel
from keras_mlp.models.tabm.members import keep_members
from keras_mlp.models.tabm.published import (
    DROPOUT,
    ENSEMBLE_SIZE,
    PATIENCE,
    default_units,
)
from keras_mlp.models.tabm.tabm_model import TabMModel
from keras_mlp.serializable import serializable


@serializable
class TabMClassifier(ClassifierModel, TabMModel):
    """TabM: many perceptrons in one network, for the classes of a table.

    Gorishniy, Kotelnikov, Babenko, "TabM: Advancing Tabular Deep Learning with
    Parameter-Efficient Ensembling", 2024, https://arxiv.org/abs/2410.24210. The
    networks share their kernels, and each has scalings, biases and a head of its own.
    They are trained by the mean of their losses; the answer is the mean of their
    probabilities.

    `adapt` it to the training data, `compile` it without arguments, and `fit` it with
    validation data: all settings are then those of the authors, but for fewer and
    narrower networks, which suit a CPU.

    Args:
        num_classes: Positive integer, the number of outputs. With `1` there are two
            classes, and the output is the logit of the second.
        variant: `"tabm"`, or `"mini"`, whose networks differ by how they scale the
            inputs, and by their heads. Defaults to `"tabm"`.
        ensemble_size: Positive integer, the number of networks. Defaults to 16; the
            authors have 32.
        hidden_units: Sequence of positive integers, the width of each hidden layer.
            Defaults to `None`: 256, three times, or twice with an embedding; the
            authors' are 512 wide.
        dropout: Of the hidden layers. Defaults to 0.1.
        scaling: How numbers are scaled: `"quantile"`, to a normal distribution by their
            ranks; `"standard"`, by mean and deviation; or `"none"`. Defaults to
            `"quantile"`.
        embedding: Embedding of numbers, such as
            `layers.PiecewiseLinearEmbedding(16)`. Defaults to `None`.
        preprocessing: Keras layer that the inputs go through first. Defaults to `None`:
            `adapt` makes a `data.TabularPreprocessing` where the data have columns.
        class_names: Name of each class, as for `MLPClassifier`. Defaults to `None`.
        seed: Integer that fixes the weights and the dropout. Defaults to `None`.
        **kwargs: The other options of `layers.MLP` but for initializers, such as
            `activation`; those of `MLPClassifier`; and `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, features)`, or the columns of a table by name.

    Output shape:
        `(batch_size, num_classes)`: logits of the mean probabilities, float32.

    Raises:
        ValueError: If an argument is none of these.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    random = np.random.default_rng(0)
    table = {"x": random.normal(size=400), "kind": random.choice(["a", "b", "c"], 400)}
    y = ((table["x"] > 0) == (table["kind"] == "a")).astype("int64")
    model = keras_mlp.models.TabMClassifier(
        2, ensemble_size=4, hidden_units=[32, 32], seed=0
    )
    model.adapt(table)
    model.compile()
    model.fit(table, y, batch_size=32, epochs=15, validation_split=0.2, verbose=0)
    assert (model.predict_classes(table, verbose=0) == y).mean() > 0.9
    ```
    """

    def __init__(
        self,
        num_classes: int,
        variant: str = "tabm",
        ensemble_size: int = ENSEMBLE_SIZE,
        *,
        hidden_units: Sequence[int] | None = None,
        dropout: float = DROPOUT,
        scaling: str = "quantile",
        embedding: Any = None,
        preprocessing: keras.layers.Layer | None = None,
        class_names: Sequence[str] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_classes,
            default_units(hidden_units, embedding),
            preprocessing=preprocessing,
            class_names=class_names,
            variant=variant,
            ensemble_size=ensemble_size,
            dropout=dropout,
            scaling=scaling,
            embedding=embedding,
            seed=seed,
            **kwargs,
        )

    def adapt(self, data: Any, targets: Any = None) -> None:
        """Learns the columns, inside the model, by the data.

        Quantiles, bins and categories are saved and exported with the model. The
        encoded data are held in memory. Call it before the model is built.

        Args:
            data: Array `[examples, features]`, a data frame, a dictionary of columns,
                or a batched `tf.data.Dataset` of such.
            targets: Are not looked at.

        Raises:
            ValueError: If there is no example, an array holds numbers that are not
                finite, or the columns of a table were learnt before.
        """
        self._adapt_inputs(data)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the logits of the mean of the networks' probabilities."""
        members = self._members(inputs, training)
        outputs = mean_logits(ops.cast(members, "float32"))
        keep_members(outputs, members)
        return outputs

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Returns the mean of the losses of the networks."""
        return self._mean_loss(x, y, y_pred, sample_weight, training)

    def early_stopping(self) -> keras.callbacks.Callback:
        """Returns the callback that ends `fit`: it keeps the fewest wrong answers."""
        return keras.callbacks.EarlyStopping(
            "val_accuracy", patience=PATIENCE, mode="max", restore_best_weights=True
        )
