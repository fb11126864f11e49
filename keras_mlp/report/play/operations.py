"""What each layer does when it predicts, as an operation of the page."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np

# What `scripts/arithmetic.js` knows.
ACTIVATIONS = (
    "linear",
    "relu",
    "leaky_relu",
    "relu6",
    "elu",
    "selu",
    "gelu",
    "silu",
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "softmax",
    "exponential",
)


class Operation(NamedTuple):
    """One step of a network.

    Args:
        type: What is done: a name that `scripts/network.js` knows.
        settings: What it needs to know, ready for JSON.
        arrays: Its weights.
    """

    type: str
    settings: dict[str, Any]
    arrays: list[np.ndarray]


def _activation(function: Any) -> dict[str, Any]:
    name = keras.activations.serialize(function)
    if name not in ACTIVATIONS:
        raise ValueError(f"with the activation {name!r}")
    return {"activation": name}


def _dense(layer: Any) -> Operation:
    kernel = layer.kernel.numpy() if hasattr(layer.kernel, "numpy") else layer.kernel
    arrays = [np.asarray(kernel)]
    if layer.use_bias:
        arrays.append(layer.bias.numpy())
    return Operation("dense", _activation(layer.activation), arrays)


def _activated(layer: Any) -> Operation:
    return Operation("activation", _activation(layer.activation), [])


def _relu(layer: Any) -> Operation:
    if layer.max_value is not None or layer.threshold:
        raise ValueError("with a greatest value or a threshold")
    return _leaky("leaky_relu", layer.negative_slope)


def _leaky(name: str, slope: float) -> Operation:
    return Operation("activation", {"activation": name, "slope": float(slope)}, [])


def _softmax(layer: Any) -> Operation:
    if layer.axis != -1:
        raise ValueError(f"over axis {layer.axis}")
    return Operation("activation", {"activation": "softmax"}, [])


def _affine(scale: Any, shift: Any) -> Operation:
    scale, shift = np.broadcast_arrays(np.ravel(scale), np.ravel(shift))
    return Operation("affine", {}, [np.array(scale), np.array(shift)])


def _batch_normalization(layer: Any) -> Operation:
    if layer.axis != -1:
        raise ValueError(f"over axis {layer.axis}")
    mean = layer.moving_mean.numpy().astype("float64")
    scale = 1 / np.sqrt(layer.moving_variance.numpy().astype("float64") + layer.epsilon)
    if layer.scale:
        scale = scale * layer.gamma.numpy()
    shift = -mean * scale
    if layer.center:
        shift = shift + layer.beta.numpy()
    return _affine(scale, shift)


def _normalization(layer: Any) -> Operation:
    mean = np.ravel(layer.mean).astype("float64")
    deviation = np.maximum(np.sqrt(np.ravel(layer.variance)), keras.config.epsilon())
    if layer.invert:
        return _affine(deviation, mean)
    return _affine(1 / deviation, -mean / deviation)


def _rescaling(layer: Any) -> Operation:
    return _affine(np.float64(layer.scale), np.float64(layer.offset))


def _layer_normalization(layer: Any) -> Operation:
    if list(np.ravel(layer.axis)) != [-1] and list(np.ravel(layer.axis)) != [1]:
        raise ValueError(f"over axis {layer.axis}")
    if getattr(layer, "rms_scaling", False):
        raise ValueError("with rms_scaling")
    width = layer.gamma.shape[0] if layer.scale else layer.beta.shape[0]
    gamma = layer.gamma.numpy() if layer.scale else np.ones(width)
    beta = layer.beta.numpy() if layer.center else np.zeros(width)
    settings = {"epsilon": float(layer.epsilon), "center": True}
    return Operation("normalize", settings, [gamma, beta])


def _rms_normalization(layer: Any) -> Operation:
    if list(np.ravel(layer.axis)) != [-1] and list(np.ravel(layer.axis)) != [1]:
        raise ValueError(f"over axis {layer.axis}")
    gamma = layer.scale.numpy()
    settings = {"epsilon": float(layer.epsilon), "center": False}
    return Operation("normalize", settings, [gamma, np.zeros_like(gamma)])


def _convolution(layer: Any) -> Operation:
    transposed = isinstance(layer, keras.layers.Conv2DTranspose)
    plain = layer.padding == "valid" and tuple(layer.dilation_rate) == (1, 1)
    grouped = getattr(layer, "groups", 1) != 1
    if not plain or grouped or layer.data_format != "channels_last":
        raise ValueError("with padding, dilation, groups or channels first")
    if transposed and layer.output_padding is not None:
        raise ValueError("with output_padding")
    kernel = layer.kernel.numpy()
    if transposed:
        # As that of a convolution: height, width, inputs, outputs.
        kernel = kernel.transpose(0, 1, 3, 2)
    arrays = [kernel, layer.bias.numpy()] if layer.use_bias else [kernel]
    settings = {**_activation(layer.activation), "strides": list(layer.strides)}
    return Operation("deconvolve" if transposed else "convolve", settings, arrays)


def _pooling(layer: Any) -> Operation:
    if layer.padding != "valid":
        raise ValueError("with padding")
    settings = {"size": list(layer.pool_size), "strides": list(layer.strides)}
    return Operation("pool", settings, [])


def _enlarged(layer: Any) -> Operation:
    if layer.interpolation != "nearest":
        raise ValueError(f"with interpolation {layer.interpolation!r}")
    return Operation("enlarge", {"size": list(layer.size)}, [])


def _named(name: str) -> Callable[[Any], Operation]:
    return lambda layer: Operation(name, {}, [])


def _nothing(layer: Any) -> None:
    """Says that a layer leaves numbers as they are when the network predicts."""


_layers = keras.layers

OPERATIONS: dict[type, Callable[[Any], Operation | None]] = {
    _layers.Dense: _dense,
    _layers.Activation: _activated,
    _layers.ReLU: _relu,
    _layers.LeakyReLU: lambda layer: _leaky("leaky_relu", layer.negative_slope),
    _layers.ELU: lambda layer: _leaky("elu", layer.alpha),
    _layers.Softmax: _softmax,
    _layers.BatchNormalization: _batch_normalization,
    _layers.LayerNormalization: _layer_normalization,
    _layers.RMSNormalization: _rms_normalization,
    _layers.Normalization: _normalization,
    _layers.Rescaling: _rescaling,
    _layers.Conv2D: _convolution,
    _layers.Conv2DTranspose: _convolution,
    _layers.MaxPooling2D: _pooling,
    _layers.GlobalMaxPooling2D: _named("pool_all"),
    _layers.UpSampling2D: _enlarged,
    _layers.Add: _named("add"),
    _layers.Multiply: _named("multiply"),
    **dict.fromkeys(
        (
            _layers.InputLayer,
            _layers.Dropout,
            _layers.AlphaDropout,
            _layers.GaussianDropout,
            _layers.GaussianNoise,
            _layers.Identity,
            _layers.Flatten,
            _layers.Reshape,
        ),
        _nothing,
    ),
}
