"""One training step on `tf.GradientTape`, as a mixin for Keras models."""

import warnings
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import without_needless_sum
from keras_mlp.training.known_ranks import with_known_ranks
from keras_mlp.training.resumable_trainer import ResumableTrainer


class TapeTrainer(ResumableTrainer):
    """Gives a Keras model its training and evaluation step, written out.

    The step is the documented one: run the model under a gradient tape, compute
    the loss, ask the tape for the gradients, let the optimizer apply them. It
    equals the step of stock Keras in all that `compile` and `fit` offer:
    weighted examples, regularizers, loss scaling, gradient accumulation,
    metrics. `fit`, `evaluate` and `predict` are Keras' own, with many steps in one
    program: see `LoopTrainer`; with `keras_mlp.callbacks.ExactResume`, `fit` goes on
    where it was stopped.

    Put it before the model class:

    ```python
    import keras
    import keras_mlp

    class Mine(keras_mlp.training.TapeTrainer, keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras_mlp.layers.Dense(1)

        def call(self, inputs):
            return self.dense(inputs)

    model = Mine()
    model.compile(optimizer="sgd", loss="mse")
    history = model.fit(keras.ops.ones((8, 3)), keras.ops.ones((8, 1)), verbose=0)
    assert list(history.history) == ["loss"]
    ```

    A class that overrides `train_step(self, data)` keeps everything else.
    """

    def train_step(self, data: Any) -> dict[str, Any]:
        """Updates the weights once, on one batch.

        Args:
            data: What the data set yields: `x`, `(x, y)` or
                `(x, y, sample_weight)`.

        Returns:
            Dictionary of the metrics so far in this epoch, `"loss"` among them.
        """
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            y, sample_weight = with_known_ranks(self, y, y_pred, sample_weight)
            unscaled = loss = self._tracked_loss(
                x, y, y_pred, sample_weight, training=True
            )
            if self.optimizer is not None:
                # Half precision: small gradients survive because the loss is
                # scaled here and the gradients are unscaled by the optimizer.
                loss = self.optimizer.scale_loss(loss)
        weights = self.trainable_weights
        if weights:
            gradients = tape.gradient(loss, weights)
            with self._only_if_finite(unscaled), without_needless_sum(self.optimizer):
                self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        else:
            warnings.warn(
                "The model does not have any trainable weights.", stacklevel=2
            )
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Computes the loss and the metrics of one batch, changing no weight.

        Args:
            data: As for `train_step`.

        Returns:
            Dictionary of the metrics so far in this evaluation.
        """
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)
        y, sample_weight = with_known_ranks(self, y, y_pred, sample_weight)
        self._tracked_loss(x, y, y_pred, sample_weight, training=False)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def _tracked_loss(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool
    ) -> tf.Tensor:
        """Returns the batch's loss and adds it to the epoch's mean."""
        loss = self._compute_loss(x, y, y_pred, sample_weight, training=training)
        # The loss comes divided by the number of replicas, so that summed
        # gradients are right; what is reported is the undivided one. The weight
        # of a batch in the epoch's mean is its size: a partial last batch
        # counts for less.
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        first_input = next(leaf for leaf in keras.tree.flatten(x) if leaf is not None)
        self._loss_tracker.update_state(
            loss * tf.cast(replicas, loss.dtype) if replicas > 1 else loss,
            sample_weight=tf.shape(first_input)[0],
        )
        return loss
