"""Metrics: what Keras' own do not count."""

from keras_mlp.metrics.batch_loss import BatchLoss

__all__ = ["BatchLoss"]
