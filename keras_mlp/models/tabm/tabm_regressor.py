"""TabM for numbers."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_mlp.models.regressor_model import RegressorModel
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
class TabMRegressor(RegressorModel, TabMModel):
    """TabM: many perceptrons in one network, for the numbers of a table.

    Gorishniy, Kotelnikov, Babenko, "TabM: Advancing Tabular Deep Learning with
    Parameter-Efficient Ensembling", 2024, https://arxiv.org/abs/2410.24210. The
    networks share their kernels, and each has scalings, biases and a head of its own.
    They are trained by the mean of their losses; the prediction is the mean of
    theirs.

    `adapt` it to the training data, `compile` it without arguments, and `fit` it with
    validation data: all settings are then those of the authors, but for fewer and
    narrower networks, which suit a CPU.

    The loss is in units of the targets' standard deviation, predictions and metrics in
    those of the data.

    Args:
        num_outputs: Positive integer, how many numbers are predicted. Defaults to 1.
        variant: `"tabm"` or `"mini"`, as for `TabMClassifier`. Defaults to `"tabm"`.
        ensemble_size: As for `TabMClassifier`. Defaults to 16.
        hidden_units: As for `TabMClassifier`. Defaults to `None`.
        dropout: Of the hidden layers. Defaults to 0.1.
        scaling: As for `TabMClassifier`. Defaults to `"quantile"`.
        embedding: As for `TabMClassifier`. Defaults to `None`.
        preprocessing: As for `TabMClassifier`. Defaults to `None`.
        seed: Integer that fixes the weights and the dropout. Defaults to `None`.
        **kwargs: The other options of `layers.MLP` but for initializers, such as
            `activation`; and `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, features)`, or the columns of a table by name.

    Output shape:
        `(batch_size, num_outputs)`, float32.

    Raises:
        ValueError: If an argument is none of these.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    random = np.random.default_rng(0)
    x = random.uniform(-2, 2, size=(400, 2))
    y = 100 + 10 * np.sin(x[:, 0]) * x[:, 1]
    model = keras_mlp.models.TabMRegressor(
        ensemble_size=4, hidden_units=[32, 32], seed=0
    )
    model.adapt(x, y)
    model.compile()
    model.fit(x, y, batch_size=32, epochs=20, validation_split=0.2, verbose=0)
    error = model.predict(x, verbose=0)[:, 0] - y
    assert error.std() < 0.3 * y.std()
    ```
    """

    def __init__(
        self,
        num_outputs: int = 1,
        variant: str = "tabm",
        ensemble_size: int = ENSEMBLE_SIZE,
        *,
        hidden_units: Sequence[int] | None = None,
        dropout: float = DROPOUT,
        scaling: str = "quantile",
        embedding: Any = None,
        preprocessing: keras.layers.Layer | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_outputs,
            default_units(hidden_units, embedding),
            preprocessing=preprocessing,
            variant=variant,
            ensemble_size=ensemble_size,
            dropout=dropout,
            scaling=scaling,
            embedding=embedding,
            seed=seed,
            **kwargs,
        )
        self.target_standardization = self._new_standardization(
            "target_standardization"
        )

    # There is room for what `adapt` sets from the beginning.
    def _make_room(self) -> None:
        pass

    def adapt(self, x: Any, y: Any = None, sample_weight: Any = None) -> None:
        """Learns columns and targets, inside the model, by the data.

        Quantiles, bins and categories, mean and deviation of the targets are saved and
        exported with the model. The encoded data are held in memory. Call it before the
        model is built.

        Args:
            x: Array `[examples, features]`, a data frame, a dictionary of columns, or a
                batched `tf.data.Dataset` of `(x, y)`.
            y: Array of targets; with a data set, none.
            sample_weight: How often each target counts, `[examples]`. Defaults to once.

        Raises:
            ValueError: If there are no targets or no examples, an array holds numbers
                that are not finite, or the columns of a table were learnt before.
        """
        self.adapt_targets(x, y, sample_weight)
        self._adapt_inputs(x)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the mean of the networks' predictions, in the units of the data."""
        members = self._members(inputs, training)
        mean = ops.mean(ops.cast(members, "float32"), axis=1)
        outputs = self.target_standardization(mean, inverse=True)
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
        """Returns the mean of the networks' losses, in units of the deviation."""
        if y is not None:
            y = self.target_standardization(self._matching(y, y_pred))
        return self._mean_loss(x, y, y_pred, sample_weight, training)

    def default_metrics(self) -> list[keras.metrics.Metric]:
        """Returns two errors of the mean, in the units of the data."""
        return [
            keras.metrics.RootMeanSquaredError(),
            keras.metrics.MeanAbsoluteError(),
        ]

    def early_stopping(self) -> keras.callbacks.Callback:
        """Returns the callback that ends `fit`: it keeps the least squared error."""
        return keras.callbacks.EarlyStopping(
            "val_root_mean_squared_error",
            patience=PATIENCE,
            mode="min",
            restore_best_weights=True,
        )
