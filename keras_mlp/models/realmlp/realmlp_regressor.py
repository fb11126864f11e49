"""RealMLP for numbers."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.callbacks import BestWeights
from keras_mlp.models.inputs.moments import targets_of
from keras_mlp.models.realmlp.published import HIDDEN_UNITS, published
from keras_mlp.models.realmlp.realmlp_model import RealMLPModel
from keras_mlp.models.regressor_model import RegressorModel
from keras_mlp.serializable import serializable


@serializable
class RealMLPRegressor(RegressorModel, RealMLPModel):
    """RealMLP: a multilayer perceptron for the numbers of a table, strong as it is.

    Holzmüller, Grinsztajn, Steinwart, "Better by Default: Strong Pre-Tuned MLPs and
    Boosted Trees on Tabular Data", 2024, https://arxiv.org/abs/2407.04491. `adapt` it
    to the training data, `compile` it without arguments, and `fit` it with validation
    data: all settings are then those of the authors.

    The loss is in units of the targets' standard deviation, predictions and metrics in
    those of the data. Outside of training, `"td"` clamps predictions to the range of
    the training's targets: it never predicts beyond them.

    Args:
        num_outputs: Positive integer, how many numbers are predicted. Defaults to 1.
        variant: `"td"`, all of RealMLP, or `"td-s"`, the simple one: without
            embeddings, dropout, weight decay, clamping and a start from the data.
            Defaults to `"td"`.
        hidden_units: Sequence of positive integers, the width of each hidden layer.
            Defaults to three times 256.
        dropout: Of the hidden layers. Defaults to `None`: 0.15 for `"td"`, and 0.
        preprocessing: Keras layer that the inputs go through first. Defaults to `None`:
            `adapt` makes a `data.TabularPreprocessing` where the data have columns.
        seed: Integer that fixes the weights, the dropout and the order of examples.
            Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, features)`, or the columns of a table by name.

    Output shape:
        `(batch_size, num_outputs)`.

    Raises:
        ValueError: If an argument is none of these.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    random = np.random.default_rng(0)
    x = random.uniform(-2, 2, size=(400, 2))
    y = 100 + 10 * np.sin(x[:, 0]) * x[:, 1]
    model = keras_mlp.models.RealMLPRegressor(hidden_units=[64, 64], seed=0)
    model.adapt(x, y)
    model.compile()
    model.fit(x, y, batch_size=32, epochs=15, validation_split=0.2, verbose=0)
    error = model.predict(x, verbose=0)[:, 0] - y
    assert error.std() < 0.3 * y.std()
    ```
    """

    def __init__(
        self,
        num_outputs: int = 1,
        variant: str = "td",
        *,
        hidden_units: Sequence[int] = HIDDEN_UNITS,
        dropout: float | None = None,
        preprocessing: keras.layers.Layer | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_outputs,
            hidden_units,
            preprocessing=preprocessing,
            published=published(variant, is_regression=True),
            variant=variant,
            dropout=dropout,
            seed=seed,
            **kwargs,
        )
        self.target_standardization = self._new_standardization(
            "target_standardization"
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        super().build(input_shape)
        if not self.published.is_full:
            return
        self.lowest, self.highest = (
            self.add_weight(
                name=name,
                shape=(self.num_outputs,),
                dtype=self.target_standardization.variable_dtype,
                initializer=keras.initializers.Constant(bound),
                trainable=False,
            )
            for name, bound in (("lowest", -np.inf), ("highest", np.inf))
        )

    def adapt(self, x: Any, y: Any = None, sample_weight: Any = None) -> None:
        """Learns columns and targets and starts the network, inside the model, by data.

        Medians, quartiles and categories, mean, deviation and range of the targets are
        saved and exported with the model. With `"td"`, the weights are drawn anew and
        fitted to the data. The encoded data are held in memory.

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
        if self.published.is_full:
            targets = [
                self._checked(batch, 2) for batch, _ in targets_of(x, y, sample_weight)
            ]
            self.lowest.assign(np.min([ops.min(t, axis=0) for t in targets], axis=0))
            self.highest.assign(np.max([ops.max(t, axis=0) for t in targets], axis=0))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the predicted numbers, in the units of the data."""
        outputs = super().call(inputs, training=training)
        if training or not self.published.is_full:
            return outputs
        return ops.clip(outputs, self.lowest, self.highest)

    def best_weights(self) -> keras.callbacks.Callback:
        """Returns the callback that keeps the weights with the least squared error."""
        return BestWeights(monitor="val_loss", mode="min")
