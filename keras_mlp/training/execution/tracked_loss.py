"""The loss of a batch, counted in the mean of the epoch."""

from typing import Any

import keras
import tensorflow as tf


def tracked_loss(
    model: keras.Model,
    x: Any,
    y: Any,
    y_pred: Any,
    sample_weight: Any,
    training: bool,
) -> tf.Tensor:
    """Returns the batch's loss and adds it to the epoch's mean.

    Args:
        model: What computes the loss.
        x: Inputs.
        y: Targets.
        y_pred: Outputs.
        sample_weight: Weights of the examples, or `None`.
        training: Whether the batch is trained on.
    """
    loss = model._compute_loss(x, y, y_pred, sample_weight, training=training)
    # The loss comes divided by the number of replicas, so that summed gradients
    # are right; what is reported is the undivided one. The weight of a batch in
    # the epoch's mean is its size: a partial last batch counts for less.
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    first_input = next(leaf for leaf in keras.tree.flatten(x) if leaf is not None)
    for metric in model.metrics:
        if metric.name == "loss":
            metric.update_state(
                loss * tf.cast(replicas, loss.dtype) if replicas > 1 else loss,
                sample_weight=tf.shape(first_input)[0],
            )
    return loss
