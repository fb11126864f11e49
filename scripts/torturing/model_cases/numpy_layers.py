"""Layers in NumPy, in float64, from their definitions."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray


def sigmoid(x: Array) -> Array:
    """Returns the logistic function."""
    return 1 / (1 + np.exp(-x))


def softmax(x: Array) -> Array:
    """Returns the softmax over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def gelu(x: Array) -> Array:
    """Returns GELU with the error function, not its approximation."""
    return x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))) / 2


def _elu(x: Array, alpha: float = 1.0) -> Array:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


# Klambauer et al., "Self-Normalizing Neural Networks", 2017.
_SELU = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717

ACTIVATIONS: dict[str | None, Callable[[Array], Array]] = {
    None: lambda x: x,
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": _elu,
    "selu": lambda x: _SELU[0] * _elu(x, _SELU[1]),
    "gelu": gelu,
    "silu": lambda x: x * sigmoid(x),
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "softplus": lambda x: np.logaddexp(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "softmax": softmax,
    "tanh": np.tanh,
    "exponential": np.exp,
}

# Shazeer, "GLU Variants Improve Transformer", 2020.
GATES = {"glu": sigmoid, "geglu": gelu, "swiglu": ACTIVATIONS["silu"]}


def normalized(kind: str, x: Array, weights: Mapping[str, Array]) -> Array:
    """Returns what a normalization makes of `x` outside of training.

    Args:
        kind: `"batch"`, `"layer"` or `"rms"`.
        x: `[..., features]`.
        weights: Its weights by their names in Keras.
    """
    if kind == "rms":
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * weights["scale"]
    if kind == "batch":
        mean, variance = weights["moving_mean"], weights["moving_variance"]
    else:
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-3) * weights["gamma"] + weights["beta"]


Weights = Mapping[str, Mapping[str, Array]]


def dense(x: Array, weights: Mapping[str, Array], transposed: bool = False) -> Array:
    """Returns the product and the bias, if there is one."""
    kernel = weights["kernel"]
    return x @ (kernel.T if transposed else kernel) + weights.get("bias", 0.0)


def mlp(
    x: Array,
    layers: Sequence[Mapping[str, Any]],
    weights: Weights,
    tied: Weights | None = None,
) -> Array:
    """Returns the outputs of an `MLP` outside of training.

    Args:
        x: `[..., features]`.
        layers: Options of each layer: `activation`, `normalization`, `gate`,
            `residual`.
        weights: Weights of the layers inside by their names, such as `dense_0`.
        tied: Those of the block whose kernels, transposed, are used in reverse.
    """
    for i, options in enumerate(layers):
        own = dict(weights.get(f"dense_{i}", {}))
        if tied is not None:
            own["kernel"] = tied[f"dense_{len(layers) - 1 - i}"]["kernel"]
        y = dense(x, own, transposed=tied is not None)
        if options["normalization"]:
            y = normalized(options["normalization"], y, weights[f"normalization_{i}"])
        if options["gate"]:
            y = y * GATES[options["gate"]](dense(x, weights[f"gate_{i}"]))
        elif options["activation"] == "prelu":
            y = np.where(y > 0, y, weights[f"activation_{i}"]["alpha"] * y)
        else:
            y = ACTIVATIONS[options["activation"]](y)
        if options["residual"] and x.shape[-1] == y.shape[-1]:
            y = y + x
        elif options["residual"] == "project":
            y = y + dense(x, weights[f"projection_{i}"])
        x = y
    return x


def convolution(x: Array, kernel: Array, bias: Array, stride: int = 1) -> Array:
    """Returns ReLU of the convolution of images, without padding."""
    size = kernel.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    y = np.einsum("nhwcij,ijco->nhwo", windows, kernel, optimize=True)
    return np.maximum(y + bias, 0)


def transposed_convolution(x: Array, kernel: Array, bias: Array) -> Array:
    """Returns ReLU of the transposed convolution of images."""
    rows, columns, filters, _ = kernel.shape
    count, height, width, _ = x.shape
    y = np.zeros((count, height + rows - 1, width + columns - 1, filters))
    for i in range(rows):
        for j in range(columns):
            y[:, i : i + height, j : j + width] += x @ kernel[i, j].T
    return np.maximum(y + bias, 0)


def max_pooling(x: Array, size: int) -> Array:
    """Returns the largest of each square of pixels, rests left out."""
    count, height, width, channels = x.shape
    rows, columns = height // size, width // size
    x = x[:, : rows * size, : columns * size]
    return x.reshape(count, rows, size, columns, size, channels).max(axis=(2, 4))


def conv_encoder(x: Array, weights: Sequence[Array]) -> Array:
    """Returns the codes of images: the documented encoder.

    Args:
        x: `[images, 28, 28, 1]`.
        weights: Kernel and bias of each of its four convolutions.
    """
    x = convolution(convolution(x, *weights[0:2]), *weights[2:4])
    x = max_pooling(x, 3)
    x = convolution(convolution(x, *weights[4:6]), *weights[6:8])
    return x.max(axis=(1, 2))


def conv_decoder(x: Array, weights: Sequence[Array]) -> Array:
    """Returns the images of codes: the documented decoder."""
    x = x.reshape(-1, 4, 4, 1)
    x = transposed_convolution(x, *weights[0:2])
    x = transposed_convolution(x, *weights[2:4])
    x = x.repeat(3, axis=1).repeat(3, axis=2)
    x = transposed_convolution(x, *weights[4:6])
    return transposed_convolution(x, *weights[6:8])
