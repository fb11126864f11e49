"""Small networks of many kinds, of stock Keras' classes or of ours."""

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

FEATURES = 3
# Tokens of the embedding.
TOKENS, LENGTH = 11, 5
# Widths of the outputs for each loss.
WIDTHS = {"squares": 2, "classes": 3}

layers = keras.layers


@dataclasses.dataclass(frozen=True)
class Network:
    """How a network is made, and what it takes.

    Args:
        make: Given a package and the width of the outputs, returns it.
        inputs: `"array"`, `"dict"`, `"tuple"` or `"tokens"`.
        two_outputs: Whether it has a second output, `"size"`.
        has_axis: Whether its outputs have an axis before the last.
        draws: Whether it draws random numbers as it is trained.
    """

    make: Callable[[Any, int], keras.Model]
    inputs: str = "array"
    two_outputs: bool = False
    has_axis: bool = False
    draws: bool = False


def _stack(
    *hidden: Callable[[Any], Any], first: Any = None
) -> Callable[[Any, int], Any]:
    """Returns what makes a Sequential model with these layers before the last."""

    def make(package: Any, width: int) -> keras.Model:
        return package.Sequential(
            [
                keras.Input((FEATURES,)) if first is None else first(),
                *(layer(package) for layer in hidden),
                package.layers.Dense(width, name="last"),
            ]
        )

    return make


def _dense(**options: Any) -> Callable[[Any], Any]:
    return lambda package: package.layers.Dense(4, **{"activation": "tanh", **options})


def _not_built(package: Any, width: int) -> keras.Model:
    return package.Sequential([_dense()(package), package.layers.Dense(width)])


def _functional(package: Any, width: int) -> keras.Model:
    inputs = keras.Input((FEATURES,))
    hidden = _dense()(package)(inputs)
    joined = layers.Concatenate()([inputs, hidden])
    return package.Model(inputs, package.layers.Dense(width)(joined))


def _two_outputs(package: Any, width: int) -> keras.Model:
    inputs = keras.Input((FEATURES,))
    hidden = _dense()(package)(inputs)
    outputs = {
        "place": package.layers.Dense(width, name="place")(hidden),
        "size": package.layers.Dense(1, name="size")(hidden),
    }
    return package.Model(inputs, outputs)


def _of_parts(as_dict: bool) -> Callable[[Any, int], keras.Model]:
    def make(package: Any, width: int) -> keras.Model:
        left = keras.Input((FEATURES,), name="left")
        right = keras.Input((FEATURES,), name="right")
        hidden = layers.Add()([_dense()(package)(left), _dense()(package)(right)])
        inputs = {"left": left, "right": right} if as_dict else [left, right]
        return package.Model(inputs, package.layers.Dense(width)(hidden))

    return make


def _added_loss(package: Any, width: int) -> keras.Model:
    class Penalized(package.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.hidden = _dense()(package)
            self.last = package.layers.Dense(width)

        def build(self, input_shape: Any) -> None:
            self.hidden.build(input_shape)
            self.last.build((None, 4))

        def call(self, inputs: Any) -> Any:
            hidden = self.hidden(inputs)
            self.add_loss(1e-2 * keras.ops.mean(hidden**2))
            return self.last(hidden)

    return Penalized()


def _own_step(package: Any, width: int) -> keras.Model:
    class Stepping(package.Sequential):  # type: ignore[misc, name-defined]
        def train_step(self, data: Any) -> Any:
            x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
            with tf.GradientTape() as tape:
                outputs = self(x, training=True)
                loss = self.compute_loss(
                    y=y, y_pred=outputs, sample_weight=weight, training=True
                )
                scaled = self.optimizer.scale_loss(loss)
            gradients = tape.gradient(scaled, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, outputs, sample_weight=weight)
            return {metric.name: metric.result() for metric in self.metrics}

    return Stepping(
        [keras.Input((FEATURES,)), _dense()(package), package.layers.Dense(width)]
    )


NETWORKS = {
    "sequential": Network(_stack(_dense())),
    "one layer": Network(_stack()),
    "not built": Network(_not_built),
    "functional": Network(_functional),
    "two outputs": Network(_two_outputs, two_outputs=True),
    "named inputs": Network(_of_parts(as_dict=True), inputs="dict"),
    "tuple of inputs": Network(_of_parts(as_dict=False), inputs="tuple"),
    "added loss": Network(_added_loss),
    "own train_step": Network(_own_step),
    # Without a bias, whose gradient would be what rounding leaves.
    "batch normalization": Network(
        _stack(
            _dense(use_bias=False, activation=None),
            lambda package: layers.BatchNormalization(momentum=0.8),
        )
    ),
    "dropout": Network(
        _stack(_dense(), lambda package: layers.Dropout(0.4, seed=1)), draws=True
    ),
    "noise": Network(
        _stack(lambda package: layers.GaussianNoise(0.2, seed=2), _dense()), draws=True
    ),
    "regularizers": Network(
        _stack(_dense(kernel_regularizer="l2", activity_regularizer="l1"))
    ),
    "constraint": Network(_stack(_dense(kernel_constraint="max_norm"))),
    "axis": Network(
        _stack(_dense(), first=lambda: keras.Input((2, FEATURES))), has_axis=True
    ),
    "embedding": Network(
        _stack(
            lambda package: layers.Embedding(TOKENS, 4),
            lambda package: layers.GlobalAveragePooling1D(),
            first=lambda: keras.Input((LENGTH,), dtype="int32"),
        ),
        inputs="tokens",
    ),
}
