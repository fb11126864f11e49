"""What models of numbers share."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from keras_mlp.models.inputs.moments import (
    Moments,
    batches_of,
    no_targets,
    targets_of,
)
from keras_mlp.models.mlp.mlp_model import MLPModel
from keras_mlp.training.checking.columns import check_columns, learn_columns
from keras_mlp.validation import check_positive_integer


class RegressorModel(MLPModel):
    """A `layers.MLP` that predicts numbers: base of `MLPRegressor` and others.

    Args:
        num_outputs: How many numbers are predicted.
        hidden_units: Width of each hidden layer.
        **options: The other arguments of `MLPModel`.
    """

    target_standardization: Any = None

    def __init__(
        self, num_outputs: int, hidden_units: Sequence[int], **options: Any
    ) -> None:
        num_outputs = check_positive_integer("num_outputs", num_outputs)
        super().__init__(num_outputs, hidden_units, **options)
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
