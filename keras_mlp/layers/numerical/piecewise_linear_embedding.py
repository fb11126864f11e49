"""Numbers as positions within each of several bins."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.layers.initializers import layer_seeds
from keras_mlp.layers.numerical.bins import bin_arrays, checked_edges, quantile_edges
from keras_mlp.serializable import serializable
from keras_mlp.validation import (
    check_choice,
    check_known,
    check_positive_integer,
    check_seed,
)

VERSIONS = ("A", "B")


@serializable
class PiecewiseLinearEmbedding(keras.layers.Layer):
    """Makes several numbers of each number, by trained lines between quantiles.

    The range of each feature is cut into bins of about as many examples. A number
    becomes how far it lies in each bin: 1 in those below it, its share of its own,
    and 0 in those above. Each feature has a linear map of its own from there to the
    outputs.

    - Version `"A"`: `activation(shares @ kernel + bias)`. Gorishniy et al., "On
      Embeddings for Numerical Features in Tabular Deep Learning", 2022,
      https://arxiv.org/abs/2203.05556.
    - Version `"B"`: `x * slope + intercept + activation(shares @ kernel)`, whose kernel
      starts at zero, so that bins are learnt where they help. Gorishniy et al.,
      "TabM", 2024, https://arxiv.org/abs/2410.24210.

    The first and the last bin go on beyond the numbers of the data.

    Args:
        units: Positive integer, how many numbers are made of each.
        bins: Positive integer, the most bins of a feature. Features with few different
            numbers have fewer. Defaults to 48.
        version: `"A"` or `"B"`. Defaults to `"B"`.
        activation: Name of an activation, or a callable. Defaults to `None`.
        edges: Edges of the bins of each feature, in increasing order, one more than
            bins. Defaults to `None`: `adapt` finds them. They are in the
            configuration, and so in files.
        seed: Integer that fixes the initial weights. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`: the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Float tensor of rank 2.

    Input shape:
        `(batch_size, features)`.

    Output shape:
        `(batch_size, features, units)`.

    Raises:
        ValueError: If an argument is none of these, the inputs have another number of
            features than `edges`, or there are no edges when the layer is built.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    numbers = np.random.default_rng(0).normal(size=(100, 3)).astype("float32")
    layer = keras_mlp.layers.PiecewiseLinearEmbedding(4, bins=8, seed=0)
    layer.adapt(numbers)
    assert [len(edges) for edges in layer.edges] == [9, 9, 9]
    assert layer(numbers).shape == (100, 3, 4)
    ```
    """

    def __init__(
        self,
        units: int,
        bins: int = 48,
        version: str = "B",
        activation: str | Callable | None = None,
        edges: Sequence[Sequence[float]] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs, autocast=False)
        self.units = check_positive_integer("units", units)
        self.bins = check_positive_integer("bins", bins)
        self.version = check_choice("version", version, VERSIONS)
        self.activation = check_known("activation", keras.activations.get, activation)
        self.edges = None if edges is None else checked_edges(edges)
        self.seed = check_seed("seed", seed)

    def adapt(self, data: Any) -> None:
        """Finds the edges of the bins: quantiles at equal distances in rank.

        Args:
            data: Array of numbers, `[examples, features]`, all finite.

        Raises:
            ValueError: If the layer is built, or the data are no such array.
        """
        if self.built:
            raise ValueError(
                f"Layer '{self.name}' was built with the earlier edges. Received: "
                "`adapt` again. Make a new layer."
            )
        self.edges = quantile_edges(np.asarray(data), self.bins)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the linear map of each feature."""
        if self.edges is None:
            raise ValueError(
                f"Layer '{self.name}' does not know its bins. Received: no `adapt`. "
                "Call `adapt` with the training data first, or pass `edges`."
            )
        if len(input_shape) != 2 or input_shape[-1] != len(self.edges):
            raise ValueError(
                f"Layer '{self.name}' takes inputs of shape (batch_size, "
                f"{len(self.edges)}), for which it has edges. Received: "
                f"input_shape={tuple(input_shape)}. Choose these features."
            )
        self._starts, self._inverse, self._least, self._most = bin_arrays(self.edges)
        features, bins = self._starts.shape
        seeds = layer_seeds(self.seed, 3)
        linear = self.version == "B"

        def weight(name: str, shape: tuple[int, ...], width: int, place: int) -> Any:
            bound = width**-0.5
            uniform = keras.initializers.RandomUniform(-bound, bound, seed=seeds[place])
            return self.add_weight(name=name, shape=shape, initializer=uniform)

        shape = (features, self.units)
        if linear:
            self.kernel = self.add_weight(
                name="kernel", shape=(features, bins, self.units), initializer="zeros"
            )
            self.slope = weight("slope", shape, self.units, 1)
        else:
            self.kernel = weight("kernel", (features, bins, self.units), bins, 0)
        self.bias = weight("bias", shape, self.units if linear else bins, 2)

    def call(self, inputs: Any) -> Any:
        """Returns the numbers that each number becomes."""
        # Before anything is rounded to half precision: edges may lie close together.
        numbers = ops.expand_dims(ops.cast(inputs, self.variable_dtype), -1)
        shares = ops.multiply(ops.subtract(numbers, self._starts), self._inverse)
        shares = ops.minimum(ops.maximum(shares, self._least), self._most)
        shares = self._rounded(ops.transpose(shares, (1, 0, 2)))
        outputs = ops.matmul(shares, self._rounded(self.kernel))
        outputs = ops.transpose(outputs, (1, 0, 2))
        bias = self._rounded(self.bias)
        if self.version == "A":
            # Not `ops.add`: it takes what has one unit for a bias of channels.
            return self.activation(outputs + bias)
        line = ops.multiply(self._rounded(numbers), self._rounded(self.slope))
        return line + bias + self.activation(outputs)

    def _rounded(self, values: Any) -> Any:
        return ops.cast(values, self.compute_dtype)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape with an axis for the numbers of each."""
        return (*input_shape, self.units)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again, with the edges."""
        config = super().get_config()
        config.pop("autocast", None)
        return {
            **config,
            "units": self.units,
            "bins": self.bins,
            "version": self.version,
            "activation": keras.activations.serialize(self.activation),
            "edges": self.edges,
            "seed": self.seed,
        }
