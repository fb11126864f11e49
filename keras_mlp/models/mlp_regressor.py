"""A multilayer perceptron for regression, as a subclassed model."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from keras_mlp.models.mlp_model import MLPModel
from keras_mlp.models.moments import (
    Moments,
    batches_of,
    no_targets,
    targets_of,
)
from keras_mlp.training.checking.columns import check_columns, learn_columns
from keras_mlp.validation import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_mlp")
class MLPRegressor(MLPModel):
    """Multilayer perceptron: hidden layers and one output per predicted number.

    It is a `layers.MLP` with everything around it that a regressor needs. After
    `adapt(x, y)`, the network inside sees standardized inputs and targets. The model
    still takes and returns the units of the data: in training, in prediction, and after
    export.

    The loss is in units of the targets' standard deviation: a mean squared error of 1.0
    is that of always predicting the mean, and all outputs count equally. Metrics are in
    the units of the data.

    Args:
        num_outputs: Positive integer, how many numbers are predicted.
        hidden_units: Sequence of positive integers, the width of each hidden
            layer. An empty one gives a linear model.
        activation: Activation of the hidden layers. Defaults to `"relu"`.
        final_activation: Activation of the outputs, before they are turned to the
            units of the data. Defaults to `None`.
        preprocessing: Keras layer that the inputs go through first; it is saved
            with the model. Defaults to `None`.
        standardize: Whether features and targets are standardised; `adapt` sets by
            what, and turns this on by itself before the model is built. Defaults to
            `False`.
        **kwargs: The other options of `layers.MLP`, such as `dropout`,
            `normalization`, `residual`, `gate`, `kernel_initializer`,
            `kernel_regularizer` and `seed`; and `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, ..., features)`.

    Output shape:
        `(batch_size, ..., num_outputs)`. Targets have the same shape; those of a
        single output may leave its axis out.

    Raises:
        ValueError: If a number of units is not a positive integer, or an option is
            none of `layers.MLP`.

    Example:

    ```python
    import keras
    import numpy as np
    import keras_mlp

    random = np.random.default_rng(0)
    metres = random.uniform(1000, 9000, size=(500, 1))
    pascals = 101_325 * (1 - 2.25577e-5 * metres) ** 5.25588

    model = keras_mlp.models.MLPRegressor(1, hidden_units=[32], seed=0)
    model.adapt(metres, pascals)
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(metres, pascals, epochs=5, verbose=0).history
    assert history["loss"][-1] < 0.05
    assert model.predict(metres, verbose=0).mean() > 50_000
    ```
    """

    target_standardization: Any = None

    def __init__(
        self,
        num_outputs: int,
        hidden_units: Sequence[int],
        activation: str | Callable | None = "relu",
        final_activation: str | Callable | None = None,
        *,
        preprocessing: keras.layers.Layer | None = None,
        standardize: bool = False,
        **kwargs: Any,
    ) -> None:
        num_outputs = check_positive_integer("num_outputs", num_outputs)
        super().__init__(
            num_outputs,
            hidden_units,
            activation=activation,
            final_activation=final_activation,
            preprocessing=preprocessing,
            standardize=standardize,
            **kwargs,
        )
        self.num_outputs = num_outputs

    def adapt(self, x: Any, y: Any = None, sample_weight: Any = None) -> None:
        """Standardises inputs and targets, inside the model, by what the data hold.

        Mean and standard deviation of each feature and of each target become
        weights that are not trained, saved and exported with the model. Call it
        before the model is built; a model with `standardize=True` can be adapted at
        any time, also again.

        Args:
            x: Array, `[examples, ..., features]`, or a batched `tf.data.Dataset` of
                `(x, y)` or `(x, y, sample_weight)`. For a
                `data.TabularPreprocessing`, also a data frame or a dictionary of
                columns.
            y: Array of targets; with a data set, none.
            sample_weight: How often each example counts, `[examples]`. A data set
                brings its own. Defaults to once.

        Raises:
            ValueError: If there are no targets or no examples, numbers that are not
                finite, or the model was built without `standardize=True`.
        """
        if self.takes_columns:
            self.adapt_targets(x, y, sample_weight)
            self.preprocessing.adapt(x)
            return
        check_columns(self, x)
        inputs, targets = Moments(), Moments()
        for batch, batch_targets, weights in batches_of(x, y, sample_weight):
            if batch_targets is None:
                raise no_targets(y)
            batch = self._preprocessed(batch)
            inputs.update(batch, weights)
            targets.update(self._checked(batch_targets, batch.ndim), weights)
        moments = inputs.result(), targets.result()
        self._make_room()
        self.standardization.set_moments(*moments[0])
        self.target_standardization.set_moments(*moments[1])
        learn_columns(self, x)

    def adapt_targets(self, x: Any, y: Any = None, sample_weight: Any = None) -> None:
        """Standardises the targets alone, where a table's columns are known already.

        Args:
            x: A data set of `(x, y)`, or inputs, which are not looked at.
            y: Array of targets; with a data set, none.
            sample_weight: As for `adapt`.

        Raises:
            ValueError: If there are no targets, or numbers that are not finite.
        """
        targets = Moments()
        for batch, weights in targets_of(x, y, sample_weight):
            targets.update(self._checked(batch, 2), weights)
        moments = targets.result()
        self._make_room()
        self.target_standardization.set_moments(*moments)

    def _standardize(self) -> None:
        super()._standardize()
        self.target_standardization = self._new_standardization(
            "target_standardization"
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        super().build(input_shape)
        targets = self.target_standardization
        if targets is not None and not targets.built:
            targets.build((None, self.num_outputs))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the predicted numbers, in the units of the data."""
        outputs = super().call(inputs, training=training)
        if self.target_standardization is None:
            return outputs
        return self.target_standardization(outputs, inverse=True)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Returns the loss, in units of the targets' standard deviation."""
        if y is not None:
            y = self._matching(y, y_pred)
            if self.target_standardization is not None:
                y = self.target_standardization(y)
                y_pred = self.target_standardization(y_pred)
        return super().compute_loss(x, y, y_pred, sample_weight, training=training)

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Returns the metrics, in the units of the data."""
        if y is not None:
            y = self._matching(y, y_pred)
        return super().compute_metrics(x, y, y_pred, sample_weight)

    def _matching(self, y: Any, y_pred: Any) -> Any:
        if tf.TensorShape(y.shape).rank is None:
            # One graph for targets with the axis and for targets without.
            return ops.reshape(y, ops.shape(y_pred))
        return self._checked(y, len(y_pred.shape))

    def _checked(self, targets: Any, rank: int) -> Any:
        """Returns the targets with an axis for the outputs, or says what is wrong.

        Without this, `(examples, 1)` targets would be compared with each of several
        outputs, and `(examples,)` targets with every other example, silently.
        """
        shape = tuple(targets.shape)
        if len(shape) == rank and shape[-1] == self.num_outputs:
            return targets
        if len(shape) == rank - 1 and self.num_outputs == 1:
            return ops.expand_dims(targets, -1)
        raise ValueError(
            f"Model '{self.name}' predicts numbers of shape "
            f"{('examples', *['...'] * (rank - 2), self.num_outputs)}. Received: "
            f"targets of shape {shape}. Pass targets of the same shape; those of a "
            "single output may leave its axis out."
        )

    def default_loss(self) -> keras.losses.Loss:
        """Returns the mean squared error."""
        return keras.losses.MeanSquaredError()

    def default_metrics(self) -> list[keras.metrics.Metric]:
        """Returns the mean absolute error, in the units of the data."""
        return [keras.metrics.MeanAbsoluteError()]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        return {**super().get_config(), "num_outputs": self.num_outputs}
