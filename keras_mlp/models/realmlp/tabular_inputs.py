"""Columns of a table as RealMLP takes them: robustly scaled, numbers embedded."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.layers import PeriodicEmbedding
from keras_mlp.layers.numerical.known_features import known_features
from keras_mlp.serializable import serializable

# Scaled columns are brought to between this and its negative.
CLIP = 3.0

# The square of this is still a number of float32.
MOST = 1e18


@serializable
class TabularInputs(keras.layers.Layer):
    """Scales columns by their median and quartiles, and embeds numbers.

    A column becomes `x / sqrt(1 + (x / 3)**2)` of `x = (column - median) * factor`,
    where `factor` is one over the distance of the quartiles; where that is 0, two over
    the range; and where that is 0, too, 0. Medians and factors are weights that are not
    trained. Until `adapt` is called, they are 0 and 1.

    Args:
        embedding: `layers.PeriodicEmbedding` of the numbers, its configuration, or
            `None`.
        numbers: How many columns are numbers, the first ones. Defaults to `None`, all
            that are scaled.
        embedded: How many columns, the last ones, are passed on as they are. Defaults
            to 0.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, columns)`.

    Output shape:
        `(batch_size, width)`: the numbers, each as it is embedded, and the others.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.realmlp.tabular_inputs import TabularInputs

    layer = TabularInputs()
    data = np.array([[1.0], [2.0], [3.0], [4.0], [100.0]], "float32")
    layer.adapt(data)
    scaled = layer(data).numpy().ravel()
    assert scaled[2] == 0 and 2.9 < scaled[4] < 3
    ```
    """

    def __init__(
        self,
        embedding: Any = None,
        numbers: int | None = None,
        embedded: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(embedding, dict):
            embedding = keras.saving.deserialize_keras_object(embedding)
        self.embedding: PeriodicEmbedding | None = embedding
        self.numbers = numbers
        self.embedded = embedded

    def know(self, preprocessing: TabularPreprocessing) -> None:
        """Learns which columns are numbers, and which are embedded already.

        Args:
            preprocessing: What the columns come from.
        """
        self.embedded = sum(column.width for column in embedded_columns(preprocessing))
        self.numbers = sum(
            isinstance(column, (NumberColumn, BooleanColumn))
            for column in preprocessing.columns.values()
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates a median and a factor for each column, and the embedding."""
        columns = self._scaled(known_features(self, input_shape))
        self.median = self.add_weight(
            name="median", shape=(columns,), initializer="zeros", trainable=False
        )
        self.factor = self.add_weight(
            name="factor", shape=(columns,), initializer="ones", trainable=False
        )
        numbers = self._numbers(columns)
        if self.embedding is not None and numbers:
            self.embedding.build((None, numbers))

    def adapt(self, columns: np.ndarray) -> None:
        """Learns medians and factors.

        Args:
            columns: The columns to scale, of the training data, `[rows, columns]`.

        Raises:
            ValueError: If there are no rows, or numbers that are not finite.
        """
        if not len(columns):
            raise ValueError(
                "Argument `data` must hold an example. Received: none. Pass the "
                "training data."
            )
        if not np.isfinite(columns).all():
            features = np.flatnonzero(~np.isfinite(columns).all(axis=0)).tolist()
            raise ValueError(
                "Argument `data` must hold finite numbers. Received: NaN or infinity "
                f"in the columns {features[:10]}. Fill them in, or pass a data frame, "
                "in which numbers may be missing."
            )
        if not self.built:
            self.build((None, columns.shape[1] + self.embedded))
        low, median, high = np.quantile(columns, (0.25, 0.5, 0.75), axis=0)
        half_range = np.ptp(columns, axis=0) / 2
        scale = np.where(high > low, high - low, half_range)
        constant = scale == 0
        self.median.assign(median)
        self.factor.assign(np.where(constant, 0.0, 1 / np.where(constant, 1.0, scale)))

    def call(self, inputs: Any) -> Any:
        """Returns the inputs of the network."""
        columns = self._scaled(inputs.shape[-1])
        scaled = (inputs[:, :columns] - self.median) * self.factor
        # What is infinite shall not become NaN.
        bounded = ops.clip(scaled, -MOST, MOST)
        parts = [bounded * ops.rsqrt(1.0 + ops.square(bounded / CLIP))]
        numbers = self._numbers(columns)
        # A table may have none.
        if self.embedding is not None and numbers:
            width = numbers * self.embedding.units
            embedded = self.embedding(parts[0][:, :numbers])
            parts = [ops.reshape(embedded, (-1, width)), parts[0][:, numbers:]]
        if self.embedded:
            parts.append(inputs[:, columns:])
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=1)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of the network's inputs."""
        *others, last = input_shape
        if last is None or self.embedding is None:
            return input_shape
        numbers = self._numbers(self._scaled(last))
        return (*others, last + numbers * (self.embedding.units - 1))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "embedding": keras.saving.serialize_keras_object(self.embedding),
            "numbers": self.numbers,
            "embedded": self.embedded,
        }

    def _scaled(self, columns: int) -> int:
        return columns - self.embedded

    def _numbers(self, columns: int) -> int:
        return columns if self.numbers is None else self.numbers


def embedded_columns(preprocessing: TabularPreprocessing) -> list[CategoryColumn]:
    """Returns the columns that a preprocessing embeds.

    Args:
        preprocessing: The preprocessing, adapted.
    """
    return [
        column
        for column in preprocessing.columns.values()
        if isinstance(column, CategoryColumn) and column.encoding == "embedding"
    ]
