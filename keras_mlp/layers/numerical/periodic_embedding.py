"""Numbers as what waves of trained frequencies say of them."""

import math
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.initializers import layer_seeds
from keras_mlp.layers.numerical.known_features import known_features
from keras_mlp.serializable import serializable
from keras_mlp.validation import (
    check_choice,
    check_number,
    check_positive_integer,
    check_seed,
)

KINDS = ("pbld", "plr")


@serializable
class PeriodicEmbedding(keras.layers.Layer):
    """Makes several numbers of each number, by waves and a linear map of its own.

    Each feature `x` has frequencies `w`, a kernel and a bias, all trained.

    - `"pbld"`: `x` itself, then `cos(2 pi x w + phases) @ kernel + bias`. Of RealMLP:
      Holzmüller et al., "Better by default", 2024, https://arxiv.org/abs/2407.04491.
    - `"plr"`: `relu([cos(2 pi x w), sin(2 pi x w)] @ kernel + bias)`: Gorishniy et al.,
      "On Embeddings for Numerical Features in Tabular Deep Learning", 2022,
      https://arxiv.org/abs/2203.05556.

    The numbers should be of a size near 1. Frequencies start normal, with a deviation
    of `frequency_scale`; phases uniform from -pi to pi; kernel and bias uniform up to
    `1 / sqrt(n)` on both sides, `n` the number of waves.

    Args:
        units: Positive integer, how many numbers are made of each: at least 2 for
            `"pbld"`, whose first one is `x`.
        frequencies: Positive integer, the frequencies of each feature. Defaults to 16.
        frequency_scale: Deviation of the first frequencies, above 0. Defaults to 0.1;
            the best one depends on the data.
        kind: `"pbld"` or `"plr"`. Defaults to `"pbld"`.
        seed: Integer that fixes the initial weights. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`: the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Float tensor of rank 2.

    Input shape:
        `(batch_size, features)`.

    Output shape:
        `(batch_size, features, units)`.

    Raises:
        ValueError: If an argument is none of these, or the number of features is not
            known when the layer is built.

    Example:

    ```python
    import keras
    import keras_mlp

    layer = keras_mlp.layers.PeriodicEmbedding(4, seed=0)
    numbers = keras.ops.array([[0.5, -1.0, 2.0]])
    embedded = layer(numbers)
    assert embedded.shape == (1, 3, 4)
    assert embedded[0, :, 0].numpy().tolist() == [0.5, -1.0, 2.0]
    ```
    """

    def __init__(
        self,
        units: int,
        frequencies: int = 16,
        frequency_scale: float = 0.1,
        kind: str = "pbld",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kind = check_choice("kind", kind, KINDS)
        self.units = check_positive_integer("units", units)
        if self.kind == "pbld" and self.units == 1:
            raise ValueError(
                'Argument `units` must be at least 2 for kind="pbld", whose first '
                "output is the number itself. Received: units=1. Pass for example 4."
            )
        self.frequencies = check_positive_integer("frequencies", frequencies)
        self.frequency_scale = check_number("frequency_scale", frequency_scale, 0)
        if not self.frequency_scale:
            raise ValueError(
                "Argument `frequency_scale` must be above 0. Received: "
                "frequency_scale=0. Pass a number such as 0.1."
            )
        self.seed = check_seed("seed", seed)
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates frequencies and a linear map for each feature."""
        features = known_features(self, input_shape)
        both = self.kind == "plr"
        waves = self.frequencies * (2 if both else 1)
        units = self.units if both else self.units - 1
        seeds = layer_seeds(self.seed, 4)
        uniform, bound = keras.initializers.RandomUniform, 1 / math.sqrt(waves)
        self.frequency_weights = self.add_weight(
            name="frequencies",
            shape=(features, self.frequencies),
            initializer=keras.initializers.RandomNormal(
                stddev=self.frequency_scale, seed=seeds[0]
            ),
        )
        self.phases = None
        if not both:
            self.phases = self.add_weight(
                name="phases",
                shape=(features, self.frequencies),
                initializer=uniform(-math.pi, math.pi, seed=seeds[1]),
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, waves, units),
            initializer=uniform(-bound, bound, seed=seeds[2]),
        )
        self.bias = self.add_weight(
            name="bias",
            shape=(features, units),
            initializer=uniform(-bound, bound, seed=seeds[3]),
        )
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: features})

    def call(self, inputs: Any) -> Any:
        """Returns the numbers that are made of each number."""
        numbers = ops.expand_dims(inputs, -1)
        angles = ops.multiply(2 * math.pi * numbers, self.frequency_weights)
        if self.phases is not None:
            waves = ops.cos(ops.add(angles, self.phases))
        else:
            waves = ops.concatenate([ops.cos(angles), ops.sin(angles)], axis=-1)
        mapped = ops.einsum("bfw,fwu->bfu", waves, self.kernel)
        mapped = ops.add(mapped, self.bias)
        if self.phases is None:
            return ops.relu(mapped)
        return ops.concatenate([numbers, mapped], axis=-1)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape with `units` as one more axis."""
        return (*input_shape, self.units)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "units": self.units,
            "frequencies": self.frequencies,
            "frequency_scale": self.frequency_scale,
            "kind": self.kind,
            "seed": self.seed,
        }
