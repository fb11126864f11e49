"""The weights of a network of ours, put into its counterpart of stock layers."""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np

from keras_mlp.layers import MLP, ScheduledDropout
from keras_mlp.layers.tied_dense import TiedDense
from keras_mlp.models import (
    ConvAutoencoder,
    LinearRegression,
    MLPAutoencoder,
)
from keras_mlp.models.inputs.standardization import Standardization
from keras_mlp.models.mlp.mlp_model import MLPModel


def target_standardization(layer: keras.layers.Layer) -> Standardization | None:
    """Returns what brings a model's outputs to the units of the data, if it has it.

    Args:
        layer: A layer or model.
    """
    return getattr(layer, "target_standardization", None)


def copy_weights(layer: keras.layers.Layer, stock: keras.layers.Layer) -> None:
    """Sets the weights of a stock layer or model to those of what it stands for.

    Args:
        layer: A layer or model, built.
        stock: Its counterpart: what is inside has the same names.
    """
    if isinstance(layer, ScheduledDropout):
        # It counts its steps; Keras' has one rate.
        return
    if isinstance(layer, Standardization):
        # With a count, which Keras keeps for `adapt`.
        values = (layer.mean.numpy(), np.square(layer.deviation.numpy()), 0)
        stock.load_own_variables({str(i): value for i, value in enumerate(values)})
    elif isinstance(layer, TiedDense):
        bias = [] if layer.bias is None else [layer.bias.numpy()]
        stock.set_weights([layer.kernel.numpy().T, *bias])
    elif isinstance(layer, LinearRegression):
        kernel, bias = layer.kernel.numpy(), layer.bias.numpy()
        stock.get_layer("line").set_weights([kernel.reshape(1, 1), bias.reshape(1)])
    elif (pairs := _pairs(layer, stock)) is not None:
        for inside, stock_inside in pairs:
            copy_weights(inside, stock_inside)
    else:
        stock.set_weights(layer.get_weights())


def _pairs(layer: Any, stock: Any) -> Iterable[tuple[Any, Any]] | None:
    """Returns the layers inside with their counterparts, `None` for a single layer."""
    if isinstance(layer, MLPModel):
        targets = target_standardization(layer)
        steps = [*layer._steps(), *([] if targets is None else [targets])]
        return zip(steps, stock.layers, strict=True)
    if isinstance(layer, (MLPAutoencoder, ConvAutoencoder)):
        return zip((layer.encoder, layer.decoder), stock.layers, strict=True)
    if isinstance(layer, MLP) or hasattr(layer, "get_layer"):
        # A graph has more of them where it adds and multiplies.
        return [
            (each, stock.get_layer(each.name)) for each in layer.layers if each.weights
        ]
    return None
