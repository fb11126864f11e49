"""Small networks with each known loss, kept compiled, and the same in NumPy."""

import dataclasses
import functools
import itertools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

import keras_mlp
from torturing.model_cases import numpy_losses
from torturing.model_cases.numpy_layers import ACTIVATIONS
from torturing.model_cases.numpy_losses import EPSILON

FEATURES = 4
HIDDEN = 3
LEARNING_RATE = 0.05

_losses = keras.losses


@dataclasses.dataclass(frozen=True)
class Network:
    """A network of one or two layers with a loss.

    Args:
        loss: One of `numpy_losses.LOSSES`.
        units: Width of the outputs.
        takes: What targets are: `"labels"`, `"rows"` that add up to 1, `"binary"`,
            `"signs"`, `"positive"` or `"numbers"`.
        final_activation: Activation of the outputs.
        hidden: Whether there is a hidden layer.
        axis: Whether an example has an axis before that of its features.
        options: Of `compile`.
    """

    loss: str
    units: int = 3
    takes: str = "numbers"
    final_activation: str | None = None
    hidden: bool = True
    axis: bool = False
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def example_shape(self) -> tuple[int, ...]:
        """Shape of the inputs of an example."""
        return (2, FEATURES) if self.axis else (FEATURES,)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the outputs of an example."""
        return (2, self.units) if self.axis else (self.units,)

    @property
    def is_sparse(self) -> bool:
        """Whether targets are numbers of classes, and not rows of them."""
        return self.takes == "labels"

    def initial_weights(self) -> list[np.ndarray]:
        """Returns the weights that every case begins with."""
        random = np.random.default_rng(1)
        widths = [FEATURES, *[HIDDEN] * self.hidden, self.units]
        weights = []
        for inputs, outputs in itertools.pairwise(widths):
            kernel = random.normal(0, inputs**-0.5, (inputs, outputs))
            weights += [kernel, random.normal(0, 0.1, outputs)]
        return [weight.astype("float32") for weight in weights]


_EACH_STEP = (("steps_per_execution", 1),)
_GROUPS = (("steps_per_execution", 3),)
_EAGER = (("run_eagerly", True),)

NETWORKS = (
    Network("sparse", takes="labels"),
    Network("sparse", takes="labels", hidden=False, options=_GROUPS),
    Network("sparse", takes="labels", axis=True, options=_EAGER),
    Network("sparse_ignoring", takes="labels", options=_EAGER),
    Network(
        "sparse_of_probabilities",
        takes="labels",
        final_activation="softmax",
        options=_EACH_STEP,
    ),
    Network("categorical", takes="rows", options=_GROUPS),
    Network("categorical", takes="rows", axis=True, hidden=False),
    Network("categorical_focal", takes="rows", hidden=False, options=_EAGER),
    Network("categorical_hinge", takes="rows", options=_EAGER),
    Network("binary", takes="binary"),
    Network("binary", units=1, takes="binary", hidden=False, options=_GROUPS),
    Network("binary_focal", takes="binary", options=_EAGER),
    Network("mean_squared_error"),
    Network("mean_squared_error", units=1, hidden=False),
    Network("mean_squared_error", units=1, options=_GROUPS),
    Network("mean_squared_error", axis=True, options=_EAGER),
    Network("mean_absolute_error", hidden=False, options=_EAGER),
    Network("mean_absolute_percentage_error", takes="positive", options=_EAGER),
    Network(
        "mean_squared_logarithmic_error",
        takes="positive",
        final_activation="softplus",
        options=_EAGER,
    ),
    Network("huber", units=1, options=_EAGER),
    Network("log_cosh", hidden=False, options=_EAGER),
    Network(
        "poisson", takes="positive", final_activation="softplus", options=_EACH_STEP
    ),
    Network("kl_divergence", takes="rows", final_activation="softmax", options=_EAGER),
    Network("cosine_similarity", takes="positive", options=_EAGER),
    Network("hinge", units=1, takes="signs", options=_EAGER),
    Network("squared_hinge", takes="signs", options=_EAGER),
)

_KERAS_LOSSES = {
    "sparse": lambda: _losses.SparseCategoricalCrossentropy(from_logits=True),
    "sparse_ignoring": lambda: _losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=-1
    ),
    "sparse_of_probabilities": lambda: "sparse_categorical_crossentropy",
    "categorical": lambda: _losses.CategoricalCrossentropy(from_logits=True),
    "categorical_focal": lambda: _losses.CategoricalFocalCrossentropy(from_logits=True),
    "binary": lambda: _losses.BinaryCrossentropy(from_logits=True),
    "binary_focal": lambda: _losses.BinaryFocalCrossentropy(from_logits=True),
}


@functools.cache
def compiled(network: Network) -> keras.Model:
    """Returns the model of a network, built and compiled, always the same."""
    layers = [keras.Input(network.example_shape)]
    if network.hidden:
        layers.append(keras_mlp.layers.Dense(HIDDEN, activation="tanh"))
    layers.append(
        keras_mlp.layers.Dense(network.units, activation=network.final_activation)
    )
    model = keras_mlp.Sequential(layers)
    loss = _KERAS_LOSSES.get(network.loss, lambda: network.loss)()
    # Of labels, the one that knows them.
    metric = "sparse_categorical_accuracy" if network.is_sparse else "mse"
    model.compile(
        keras_mlp.optimizers.GradientDescent(LEARNING_RATE),
        loss,
        metrics=[metric],
        weighted_metrics=[metric],
        **dict(network.options),
    )
    return model


class Reference:
    """A network in NumPy, in float64.

    Args:
        network: The network.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.weights = [w.astype("float64") for w in network.initial_weights()]
        self.loss = numpy_losses.LOSSES[network.loss]

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Returns the outputs for all inputs."""
        return self._forward(x)[-1]

    def evaluate(
        self, batches: Sequence[tuple[np.ndarray, np.ndarray, Any]]
    ) -> dict[str, float]:
        """Returns loss and metrics of batches of inputs, targets and weights."""
        losses, sizes, values, weights = [], [], [], []
        for x, y, weight in batches:
            outputs = self.outputs(x)
            losses.append(numpy_losses.of_batch(self.loss, y, outputs, weight))
            sizes.append(len(x))
            values.append(self._metric(y, outputs))
            weights.append(np.ones(values[-1].shape) if weight is None else weight)
        each, weight = np.concatenate(values), np.concatenate(weights)
        total = weight.sum()
        return {
            "loss": float(np.average(losses, weights=sizes)),
            "metric": float(each.mean()),
            "weighted": float((each * weight).sum() / total) if total else 0.0,
        }

    def step(self, x: np.ndarray, y: np.ndarray, weight: Any) -> None:
        """Takes one step of gradient descent on one batch."""
        outputs = self._forward(x)
        gradient = numpy_losses.gradient(self.loss, y, outputs[-1], weight)
        # Through the activation: elementwise, or softmax.
        before = outputs[-2]
        gradient = _through(self.network.final_activation, before, gradient)
        updated = list(self.weights)
        hidden = outputs[-3]
        self._update(updated, -2, hidden, gradient)
        if self.network.hidden:
            gradient = (gradient @ self.weights[-2].T) * (1 - hidden**2)
            self._update(updated, 0, x, gradient)
        self.weights = updated

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        """Returns inputs of the last layer, its product and its outputs."""
        x = np.asarray(x, "float64")
        if self.network.hidden:
            x = np.tanh(x @ self.weights[0] + self.weights[1])
        product = x @ self.weights[-2] + self.weights[-1]
        return [x, product, ACTIVATIONS[self.network.final_activation](product)]

    def _update(
        self, updated: list, place: int, inputs: np.ndarray, gradient: np.ndarray
    ) -> None:
        inputs = np.asarray(inputs, "float64").reshape(-1, inputs.shape[-1])
        rows = gradient.reshape(-1, gradient.shape[-1])
        updated[place] = updated[place] - LEARNING_RATE * inputs.T @ rows
        updated[place + 1] = updated[place + 1] - LEARNING_RATE * rows.sum(axis=0)

    def _metric(self, y: np.ndarray, outputs: np.ndarray) -> np.ndarray:
        """Returns the accuracy, or the squared error, of each row of outputs."""
        if self.network.is_sparse:
            return outputs.argmax(axis=-1) == y.reshape(outputs.shape[:-1])
        return ((y.reshape(outputs.shape) - outputs) ** 2).mean(axis=-1)


def _through(activation: str | None, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Returns the gradient by what an activation is given."""
    if activation == "softmax":
        p = ACTIVATIONS["softmax"](x)
        return p * (gradient - (gradient * p).sum(axis=-1, keepdims=True))
    if activation is None:
        return gradient
    function = ACTIVATIONS[activation]
    width = np.sqrt(EPSILON) / 10
    return gradient * (function(x + width) - function(x - width)) / (2 * width)
