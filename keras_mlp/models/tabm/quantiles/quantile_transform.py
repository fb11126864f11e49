"""Numbers as those of a normal distribution that have the same rank."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.models.tabm.quantiles.normal_quantile import normal_quantile
from keras_mlp.models.tabm.quantiles.quantile_tables import (
    COLUMNS,
    LEAST_RANK,
    quantile_tables,
)
from keras_mlp.serializable import serializable

_FARTHEST = 1e18


@serializable
class QuantileTransform(keras.layers.Layer):
    """Turns each feature to a normal distribution, by its rank in the training data.

    It is scikit-learn's `QuantileTransformer(output_distribution="normal")`, fitted as
    the authors of TabM do: with a quantile for every 30 rows, 10 at least and 1,000 at
    most, and noise of 1e-5, or of 1e-3 deviations where that is less. Unlike there, a
    feature with two different numbers becomes -1 and 1, and a constant one 0.

    The numbers of the transform are weights that are not trained.

    Args:
        quantiles: How many quantiles there are, as `adapt` learns it. Defaults to
            `None`: not known yet.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, features)`.

    Output shape:
        That of the inputs: numbers between -5.2 and 5.2.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.tabm.quantiles.quantile_transform import QuantileTransform

    skewed = np.exp(np.random.default_rng(0).normal(size=(1000, 1))).astype("float32")
    layer = QuantileTransform()
    layer.adapt(skewed)
    assert abs(np.std(layer(skewed)) - 1) < 0.1
    ```
    """

    def __init__(self, quantiles: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.quantiles = quantiles

    def adapt(self, data: np.ndarray) -> None:
        """Learns the quantiles of each feature.

        Args:
            data: float32, `[rows, features]`, all finite.

        Raises:
            ValueError: If the layer was built for another number of quantiles.
        """
        tables, quantiles = quantile_tables(data)
        if self.built and quantiles != self.quantiles:
            raise ValueError(
                f"Layer '{self.name}' was built with {self.quantiles} quantiles. "
                f"Received: `adapt` again, with rows for {quantiles}. Make a new layer."
            )
        self.quantiles = quantiles
        if not self.built:
            self.build((None, data.shape[1]))
        self.tables.assign(tables)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the table of each feature."""
        if self.quantiles is None:
            raise ValueError(
                f"Layer '{self.name}' does not know its quantiles. Received: no "
                "`adapt`. Call `adapt` with the training data first."
            )
        # A power of two, for a search that halves.
        self._size = 2 ** (self.quantiles - 1).bit_length()
        features: Any = input_shape[-1]
        self.tables = self.add_weight(
            name="tables",
            shape=(features, self._size, COLUMNS),
            initializer="zeros",
            trainable=False,
        )
        self._first = np.arange(features, dtype="int32") * self._size
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Returns the numbers of a normal distribution."""
        rows = ops.reshape(self.tables, (-1, COLUMNS))
        edges, rests = rows[:, 0], rows[:, 1]
        # The last quantile that is not above the number, by halving steps.
        place = ops.zeros_like(inputs, dtype="int32") + self._first
        step = self._size // 2
        while step:
            higher = place + step
            above = inputs - ops.take(edges, higher) >= ops.take(rests, higher)
            place = ops.where(above, higher, place)
            step //= 2
        found = ops.take(rows, place, axis=0)
        edge, rest, at_edge, rank, slope, side = (found[..., i] for i in range(COLUMNS))
        # What is infinite lies beyond the last quantile, where nothing grows.
        beyond = ops.minimum(inputs - edge, _FARTHEST) - rest
        ranks = ops.clip(rank + beyond * slope, LEAST_RANK, 1 - LEAST_RANK)
        between = side * normal_quantile(ranks)
        return ops.where(beyond <= 0.0, at_edge, between)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {**super().get_config(), "quantiles": self.quantiles}
