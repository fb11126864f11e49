"""The one definition of how the columns of a table become a network's inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.data.columns.column_encoder import ColumnEncoder
from keras_mlp.data.columns.described import check_names
from keras_mlp.data.columns.encoding.embeddings import embedded, make_embeddings
from keras_mlp.serializable import serializable
from keras_mlp.validation import (
    check_choice,
    check_known,
    check_positive_integer,
    check_seed,
)

SCALINGS = ("auto", "standard", "robust", "quantile", "none")


@serializable
class TabularPreprocessing(ColumnEncoder):
    """Converts the raw columns of a table to the float inputs of a network.

    Columns are matched by name. `adapt` reads each one and decides: numbers are scaled;
    missing numbers are replaced, and an extra input marks them; categories are one-hot,
    or an embedding if there are many; dates become a number and parts of the calendar.
    What it has learned is in `columns`, in the configuration, and so in the `.keras`
    file of a model. A reloaded layer gives the same results, bit for bit. If you pass
    all values, `adapt` is not needed.

    It has two steps. `encode` looks up categories and scales numbers. Nothing in it is
    trained, so a table in memory is encoded once, and not in each step. Embeddings are
    trained; the call adds them. The call takes the result of `encode` as well as raw
    columns.

    Args:
        columns: The columns, and their descriptions: a list of names;
            or a dictionary from names to `NumberColumn`, `BooleanColumn`,
            `CategoryColumn`, `DateColumn`, one of the words `"number"`, `"boolean"`,
            `"category"`, `"date"`, or `None`. Defaults to `None`: all of the data.
        exclude: Names of columns to leave out. Defaults to none.
        scaling: How numbers are scaled, as for `NumberColumn`: `"standard"`,
            `"robust"`, `"quantile"` or `"none"`. Defaults to `"auto"`: robust for
            columns with numbers far from the others, otherwise standard.
        category_encoding: How the categories of a column are encoded where they are
            few, as for `CategoryColumn`: `"one_hot"` or `"compact"`. Defaults to
            `"one_hot"`.
        one_hot_limit: Up to so many categories are few. Defaults to 32.
        embedding_dim: Trained numbers for each category of the other columns. Defaults
            to 8.
        embeddings_initializer: Initializer of the embeddings. Defaults to
            `"uniform"`.
        max_categories: So many categories of a column are known, the commonest.
            Defaults to 1,000.
        seed: Integer that fixes the initial embeddings. Defaults to `None`.
        **kwargs: `name`, `dtype` and `trainable`, as for `keras.layers.Layer`.

    Call arguments:
        inputs: Dictionary of columns, `{name: [batch]}` or `[batch, 1]`: numbers and
            Booleans, NaN for what is missing; strings, `""` for what is missing. Or a
            data frame. Or what `encode` returns.

    Output shape:
        `(batch, width)`: numbers, their indicators, dates, one-hot categories,
        embeddings.

    Raises:
        ValueError: If an argument is not as above, a column is missing or not known,
            or `adapt` is needed first.

    Example:

    ```python
    from keras_mlp import data

    table = {
        "carat": [0.23, 0.31, None, 0.29],
        "cut": ["Ideal", "Good", "Ideal", None],
    }
    layer = data.TabularPreprocessing()
    layer.adapt(table)
    # A number, whether it is missing, and four places of categories: missing,
    # unknown, Ideal, Good.
    assert layer(table).shape == (4, 6)
    assert layer(table).numpy()[3, 2:].tolist() == [1, 0, 0, 0]
    assert layer.columns["cut"].vocabulary == ("Ideal", "Good")
    ```
    """

    # XLA knows no strings. Without them, the operations of a step decide.
    jit_depends_on_inputs = True

    def __init__(
        self,
        columns: Sequence[str] | Mapping[str, Any] | None = None,
        *,
        exclude: Sequence[str] = (),
        scaling: str = "auto",
        category_encoding: str = "one_hot",
        one_hot_limit: int = 32,
        embedding_dim: int = 8,
        embeddings_initializer: Any = "uniform",
        max_categories: int = 1000,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(columns, **kwargs)
        self.exclude = check_names("exclude", exclude)
        self.scaling = check_choice("scaling", scaling, SCALINGS)
        self.category_encoding = check_choice(
            "category_encoding", category_encoding, ("one_hot", "compact")
        )
        self.one_hot_limit = check_positive_integer("one_hot_limit", one_hot_limit)
        self.embedding_dim = check_positive_integer("embedding_dim", embedding_dim)
        self.embeddings_initializer = check_known(
            "embeddings_initializer", keras.initializers.get, embeddings_initializer
        )
        self.max_categories = check_positive_integer("max_categories", max_categories)
        self.seed = check_seed("seed", seed)
        self._embeddings: list[keras.layers.Embedding] = []
        self._encode_if_complete()

    def build(self, input_shape: Any = None) -> None:
        """Makes the embeddings, whatever the inputs are."""
        self._embeddings = make_embeddings(
            self._known_encoding().embedded,
            self.embeddings_initializer,
            self.seed,
            self.dtype_policy,
        )
        self.built = True

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Returns what Keras does, for data frames and lists, too."""
        return super().__call__(self.as_inputs(inputs), *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        """Returns the inputs of the network."""
        encoded = self.encode(inputs) if isinstance(inputs, Mapping) else inputs
        if not self._embeddings:
            return tf.cast(encoded, self.compute_dtype)
        kept = self.encoded_width - len(self._embeddings)
        places = tf.cast(encoded[:, kept:], tf.int32)
        trained = [
            embedded(embedding, places[:, number])
            for number, embedding in enumerate(self._embeddings)
        ]
        return tf.concat(
            [tf.cast(encoded[:, :kept], self.compute_dtype), *trained], axis=1
        )

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, int]:
        """Returns the shape of the network's inputs."""
        sizes = keras.tree.flatten(input_shape)
        batch = sizes[0] if sizes else None
        return (batch, sum(c.width for c in self._known_encoding().columns.values()))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again, with what it learnt."""
        config = super().get_config()
        config.pop("autocast", None)
        return {
            **config,
            "columns": {
                name: keras.saving.serialize_keras_object(column)
                for name, column in self._described.items()
            }
            or None,
            "exclude": list(self.exclude),
            "scaling": self.scaling,
            "category_encoding": self.category_encoding,
            "one_hot_limit": self.one_hot_limit,
            "embedding_dim": self.embedding_dim,
            "embeddings_initializer": keras.initializers.serialize(
                self.embeddings_initializer
            ),
            "max_categories": self.max_categories,
            "seed": self.seed,
            "ignored": list(self._ignored),
        }

    def __deepcopy__(self, memo: dict[int, Any]) -> "TabularPreprocessing":
        # Tables of TensorFlow cannot be copied; scikit-learn copies what it is given.
        copy = type(self).from_config(self.get_config())
        if self.built:
            copy.build()
            copy.set_weights(self.get_weights())
        return copy

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "TabularPreprocessing":
        """Returns the layer of a configuration."""
        columns = config.get("columns")
        if isinstance(columns, dict):
            # In the order of the table, which JSON keeps.
            columns = {
                name: keras.saving.deserialize_keras_object(column)
                for name, column in columns.items()
            }
        return cls(**{**config, "columns": columns})
