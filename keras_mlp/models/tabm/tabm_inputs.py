"""The columns of a table as TabM takes them: numbers scaled and embedded."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.models.inputs.standardization import Standardization
from keras_mlp.models.tabm.quantiles.quantile_transform import QuantileTransform
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_choice

SCALINGS = ("quantile", "standard", "none")


@serializable
class TabMInputs(keras.layers.Layer):
    """Scales some columns, embeds them, and puts the others after them.

    Args:
        scaling: `"quantile"`, to a normal distribution; `"standard"`, by mean and
            deviation; or `"none"`.
        embedding: Layer from `[batch, features]` to `[batch, features, units]`, its
            configuration, or `None`.
        places: Which columns are numbers, in order. Defaults to `None`: all.
        quantiles: How many quantiles `adapt` learnt. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, columns)`.

    Output shape:
        `(batch_size, width)`: the numbers, each as it is embedded, then the others.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.tabm.tabm_inputs import TabMInputs

    layer = TabMInputs("standard", places=[1])
    data = np.array([[7.0, 1.0], [8.0, 3.0]], "float32")
    layer.adapt(data)
    assert layer(data).numpy().tolist() == [[-1.0, 7.0], [1.0, 8.0]]
    ```
    """

    def __init__(
        self,
        scaling: str = "quantile",
        embedding: Any = None,
        places: list[int] | None = None,
        quantiles: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.scaling = check_choice("scaling", scaling, SCALINGS)
        self.places = places
        # Before anything is rounded to half precision.
        options = {"name": self.scaling, "dtype": self.dtype_policy}
        self.transform: Any = None
        if self.scaling == "quantile":
            self.transform = QuantileTransform(quantiles, **options)
        elif self.scaling == "standard":
            self.transform = Standardization(**options)
        if isinstance(embedding, dict):
            embedding = keras.saving.deserialize_keras_object(embedding)
        self.embedding: Any = embedding

    def know(self, preprocessing: TabularPreprocessing) -> None:
        """Learns which of the encoded columns are numbers, and no Booleans.

        Args:
            preprocessing: What the columns come from.
        """
        columns = preprocessing.columns.values()
        others = (CategoryColumn, DateColumn)
        first = [column for column in columns if not isinstance(column, others)]
        self.places = [
            place for place, c in enumerate(first) if isinstance(c, NumberColumn)
        ]

    def adapt(self, columns: np.ndarray) -> None:
        """Learns how numbers are scaled, and the bins of an embedding that has them.

        Args:
            columns: The columns of the training data, `[rows, columns]`.

        Raises:
            ValueError: If there are no rows, or numbers that are not finite.
        """
        places = range(columns.shape[1]) if self.places is None else self.places
        numbers = columns[:, list(places)]
        if not len(numbers):
            raise ValueError(
                "Argument `data` must hold an example. Received: none. Pass the "
                "training data."
            )
        wrong = np.flatnonzero(~np.isfinite(numbers).all(axis=0)).tolist()
        if wrong:
            raise ValueError(
                "Argument `data` must hold finite numbers. Received: NaN or infinity "
                f"in the numbers {wrong[:10]}. Fill them in, or pass a data frame, in "
                "which numbers may be missing."
            )
        if not numbers.shape[1]:
            return
        if isinstance(self.transform, Standardization):
            wide = numbers.astype("float64")
            self.transform.set_moments(wide.mean(axis=0), wide.var(axis=0))
        elif self.transform is not None:
            self.transform.adapt(numbers)
        if hasattr(self.embedding, "adapt"):
            self.embedding.adapt(ops.convert_to_numpy(self._scaled(numbers)))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds what scales and embeds, unless there are no numbers."""
        shape = (None, len(self._places(input_shape[-1])))
        for layer in (self.transform, self.embedding):
            if layer is not None and not layer.built and shape[1]:
                layer.build(shape)

    def call(self, inputs: Any) -> Any:
        """Returns the inputs of the network."""
        columns = inputs.shape[-1]
        places = self._places(columns)
        if not places:
            return inputs
        outputs = self._scaled(_chosen(inputs, places))
        if self.embedding is not None:
            outputs = ops.cast(self.embedding(outputs), self.compute_dtype)
            outputs = ops.reshape(outputs, (-1, self._width(len(places))))
        others = sorted(set(range(columns)) - set(places))
        if not others:
            return outputs
        return ops.concatenate([outputs, _chosen(inputs, others)], axis=1)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of the network's inputs."""
        columns: Any = input_shape[-1]
        numbers = len(self._places(columns))
        return (input_shape[0], columns - numbers + self._width(numbers))

    @property
    def number_width(self) -> int:
        """Number of columns that a number becomes."""
        return self._width(1)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "scaling": self.scaling,
            "embedding": keras.saving.serialize_keras_object(self.embedding),
            "places": self.places,
            "quantiles": getattr(self.transform, "quantiles", None),
        }

    def _scaled(self, numbers: Any) -> Any:
        return numbers if self.transform is None else self.transform(numbers)

    def _places(self, columns: Any) -> list[int]:
        return list(range(columns)) if self.places is None else self.places

    def _width(self, numbers: int) -> int:
        if self.embedding is None:
            return numbers
        return numbers * self.embedding.compute_output_shape((None, numbers))[-1]


def _chosen(inputs: Any, places: list[int]) -> Any:
    # Columns that are beside each other are cut out, which is faster, and all that XLA
    # is to do by default.
    if places == list(range(places[0], places[-1] + 1)):
        return inputs[:, places[0] : places[-1] + 1]
    return ops.take(inputs, np.array(places), axis=1)
