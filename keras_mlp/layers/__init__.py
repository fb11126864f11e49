"""Layers: components for any Keras model."""

from keras_mlp.layers.conv_stack import conv_decoder, conv_encoder
from keras_mlp.layers.dense import Dense
from keras_mlp.layers.dense_stack import dense_stack
from keras_mlp.layers.ensembles.ensemble_dense import EnsembleDense
from keras_mlp.layers.mlp import MLP
from keras_mlp.layers.numerical.parametric_activation import ParametricActivation
from keras_mlp.layers.numerical.periodic_embedding import PeriodicEmbedding
from keras_mlp.layers.numerical.piecewise_linear_embedding import (
    PiecewiseLinearEmbedding,
)
from keras_mlp.layers.numerical.scale import Scale
from keras_mlp.layers.scheduled_dropout import ScheduledDropout
from keras_mlp.layers.tied_mlp import TiedMLP

__all__ = [
    "MLP",
    "Dense",
    "EnsembleDense",
    "ParametricActivation",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "Scale",
    "ScheduledDropout",
    "TiedMLP",
    "conv_decoder",
    "conv_encoder",
    "dense_stack",
]
