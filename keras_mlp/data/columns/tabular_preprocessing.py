"""The one definition of how the columns of a table become a network's inputs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.described import (
    check_described,
    check_names,
    described_columns,
)
from keras_mlp.data.columns.encoding.embeddings import embedded, make_embeddings
from keras_mlp.data.columns.encoding.table_encoding import TableEncoding
from keras_mlp.data.columns.learning.learn import learn_columns
from keras_mlp.data.columns.learning.table_batches import table_batches
from keras_mlp.data.columns.raw_columns import (
    as_tensors,
    holds_columns,
    is_frame,
    named_columns,
    raw_columns,
)
from keras_mlp.validation import (
    check_choice,
    check_known,
    check_positive_integer,
    check_seed,
)

SCALINGS = ("auto", "standard", "robust", "quantile", "none")


@keras.saving.register_keras_serializable(package="keras_mlp")
class TabularPreprocessing(keras.layers.Layer):
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
        ignored = kwargs.pop("ignored", ())
        super().__init__(**kwargs, autocast=False)
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
        self.supports_jit = False
        self._described = described_columns(columns)
        # Columns that the data had, and that nothing is made of.
        self._ignored = tuple(ignored)
        self._encoding: TableEncoding | None = None
        self._embeddings: list[keras.layers.Embedding] = []
        self._encode_if_complete()

    @property
    def columns(self) -> dict[str, Column | None]:
        """The columns by name, complete once the preprocessing is adapted."""
        return dict(self._described)

    @property
    def is_adapted(self) -> bool:
        """Whether nothing is left to be learnt."""
        return self._encoding is not None

    def adapt(self, data: Any) -> None:
        """Learns what is not given of the columns, in one pass over the data.

        The memory for it is bounded: means are added up, of more than 100,000 numbers
        quantiles are those of a sample, and rare categories are forgotten where there
        are more than 200,000.

        Args:
            data: The training data: a data frame of pandas or polars, a dictionary of
                arrays, or a batched `tf.data.Dataset` of dictionaries, alone or with
                targets, which are ignored.

        Raises:
            ValueError: If it was adapted and built before, a column is not there or is
                of two kinds, or there are no rows.
        """
        if self.built:
            raise ValueError(
                f"Layer '{self.name}' was built with what it learnt before. Received: "
                "`adapt` again. Make a new layer, and a new model around it."
            )
        seen: dict[str, None] = {}

        def batches() -> Iterator[dict[str, np.ndarray]]:
            for batch in table_batches(data):
                seen.update(dict.fromkeys(batch))
                yield {n: v for n, v in batch.items() if n not in self.exclude}

        given: dict[str, Column | None] = dict(self._described)
        learnt = learn_columns(
            batches(),
            given,
            scaling=self.scaling,
            category_encoding=self.category_encoding,
            one_hot_limit=self.one_hot_limit,
            embedding_dim=self.embedding_dim,
            max_categories=self.max_categories,
        )
        described = {name: column for name, column in learnt.items() if column}
        check_described(described)
        self._described = dict(described)
        self._ignored = tuple(name for name in seen if name not in described)
        self._encode_if_complete()

    def _encode_if_complete(self) -> None:
        columns = {n: c for n, c in self._described.items() if c and c.is_complete}
        if columns and len(columns) == len(self._described):
            self._encoding = TableEncoding(columns)
            # Among the layer's own, so that its table is exported.
            self._lookup = self._encoding.lookup_layer

    def check_adapted(self) -> None:
        """Raises a `ValueError` unless nothing is left to be learnt."""
        self._known_encoding()

    def _known_encoding(self) -> TableEncoding:
        if self._encoding is None:
            raise ValueError(
                f"Layer '{self.name}' does not know its columns yet. Received: no "
                "`adapt`. Call `adapt` with the training data first, or give it "
                "complete `columns`."
            )
        return self._encoding

    def raw(self, data: Any) -> dict[str, np.ndarray]:
        """Returns the columns that it takes, in their raw form.

        Args:
            data: Data frame or dictionary of columns.

        Returns:
            float32 arrays, or arrays of `str`, by name.

        Raises:
            ValueError: If a column is missing, not known, or of another kind.
        """
        encoding = self._known_encoding()
        if not holds_columns(data):
            raise ValueError(
                "Inputs must be a data frame or a dictionary of columns. Received: "
                f"{type(data).__name__}. Give the columns their names."
            )
        encoding.check_names([name for name, _ in named_columns(data)], self._ignored)
        chosen = raw_columns(_only(data, list(self._described)))
        return encoding.checked(chosen)

    def encode(self, columns: Any) -> Any:
        """Returns the columns as numbers: all but the embeddings.

        Args:
            columns: As for a call.

        Returns:
            float32, `[batch, encoded_width]`. Categories that have an embedding are
            whole numbers, the last columns.
        """
        return self.encode_codes(self.codes(columns))

    def codes(self, columns: Any) -> dict[str, Any]:
        """Returns the columns without strings, for places that have none.

        Args:
            columns: As for a call.

        Returns:
            By name: numbers float32 `[batch]`; the places of categories int32
            `[batch]`: 0 is missing, 1 unknown, from 2 on the vocabulary; dates int32
            `[batch, 2]`: days since 1970-01-01, and seconds of the day.
        """
        encoding = self._known_encoding()
        encoding.check_names(columns, self._ignored)
        return encoding.codes({name: columns[name] for name in self._described})

    def encode_codes(self, codes: Mapping[str, Any]) -> Any:
        """Returns what `encode` does, from what `codes` returns.

        Args:
            codes: As `codes` returns them.
        """
        return self._known_encoding().encode(codes)

    @property
    def encoded_width(self) -> int:
        """Number of columns of what `encode` returns."""
        return self._known_encoding().width

    def input_signature(self) -> dict[str, keras.InputSpec]:
        """Returns shape and dtype of each column, as an exported model takes it."""
        return {
            name: keras.InputSpec(shape=(None,), dtype=dtype, name=name)
            for name, dtype in self._known_encoding().dtypes.items()
        }

    def build(self, input_shape: Any = None) -> None:
        """Makes the embeddings, whatever the inputs are."""
        self._embeddings = make_embeddings(
            self._known_encoding().embedded,
            self.embeddings_initializer,
            self.seed,
            self.dtype_policy,
        )
        self.built = True

    def as_inputs(self, data: Any) -> Any:
        """Returns columns as Keras passes them on: tensors, by name.

        Args:
            data: As for a call. What is no table, and tensors, are returned as they
                are.
        """
        if not holds_columns(data):
            return data
        if isinstance(data, Mapping) and all(map(_is_tensor, data.values())):
            return data
        return as_tensors(self.raw(data))

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


def _is_tensor(column: Any) -> bool:
    return isinstance(column, (tf.Tensor, keras.KerasTensor))


def _only(data: Any, names: list[str]) -> Any:
    if is_frame(data):
        return data.select(names) if hasattr(data, "select") else data[names]
    return {name: data[name] for name in names}
