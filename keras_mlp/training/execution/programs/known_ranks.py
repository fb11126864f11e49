"""Targets and weights whose number of axes TensorFlow has given up to know."""

from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.checking.target_rule import target_rule


def with_known_ranks(
    model: keras.Model, y: Any, y_pred: Any, sample_weight: Any
) -> tuple[Any, Any]:
    """Returns targets and weights with as many axes as the outputs need.

    Labels can be an array of one axis or a column, and so can weights. A program that
    has been traced for one is traced for any number of axes when the other comes, and
    Keras' losses need to know it.

    Args:
        model: The model.
        y: Targets.
        y_pred: Outputs.
        sample_weight: Weights of examples.
    """
    if not isinstance(y_pred, tf.Tensor) or not y_pred.shape.rank:
        return y, sample_weight
    kind = target_rule(model, y_pred).kind
    if kind is not None and _is_unknown(y):
        shape = tf.shape(y_pred)
        y = tf.reshape(y, shape[:-1] if kind == "sparse" else shape)
    if _is_unknown(sample_weight):
        # An axis of 1 at the end is all that there can be more.
        axes = max(1, y_pred.shape.rank - 1)
        sample_weight = tf.reshape(
            sample_weight, tf.slice(tf.shape(sample_weight), [0], [axes])
        )
    return y, sample_weight


def _is_unknown(tensor: Any) -> bool:
    return isinstance(tensor, tf.Tensor) and tensor.shape.rank is None
