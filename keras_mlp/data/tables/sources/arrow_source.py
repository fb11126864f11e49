"""Tables that are in memory already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import named_columns, raw_columns

# Rows that are looked at together.
TOGETHER = 2**17


class ArrowSource:
    """A data frame or a dictionary of columns, as a table of `pyarrow`.

    Args:
        data: A data frame of pandas or polars, a table of pyarrow, or a dictionary of
            columns.

    Example:

    ```python
    from keras_mlp.data.tables.sources.arrow_source import ArrowSource

    source = ArrowSource({"age": [31, None], "name": ["Ada", "Max"]})
    assert [str(kind) for kind in source.types.values()] == ["int64", "string"]
    ```
    """

    facts: Mapping[str, str] = {}
    classes: Mapping[str, tuple[str, ...]] = {}

    def __init__(self, data: Any) -> None:
        import pyarrow

        self.name = f"the {type(data).__name__}"
        # Its errors are about names, lengths and mixtures. What it makes of integers
        # and dates would hide what they were.
        raw = raw_columns(data)
        self._table = pyarrow.table(
            {name: _as_arrow(values, raw[name]) for name, values in named_columns(data)}
        )
        self.types = dict(
            zip(self._table.column_names, self._table.schema.types, strict=True)
        )

    def blocks(self, names: Sequence[str]) -> Iterator[Any]:
        """Yields slices of the table, as `Source` says."""
        chosen = self._table.select(list(names))
        for start in range(0, chosen.num_rows, TOGETHER):
            yield chosen.slice(start, TOGETHER)


def _as_arrow(values: Any, raw: np.ndarray) -> Any:
    import pyarrow
    from pyarrow import types

    if isinstance(values, tf.Tensor):
        values = values.numpy()
    if isinstance(values, np.ndarray) and values.ndim == 2:
        values = values[:, 0]
    if raw.dtype == object and isinstance(values, np.ndarray):
        # Texts, as bytes too.
        values = values if values.dtype.kind == "M" else raw
    if hasattr(values, "to_arrow"):
        values = values.to_arrow()
    if not isinstance(values, (pyarrow.Array, pyarrow.ChunkedArray)):
        values = pyarrow.array(values, from_pandas=True)
    if types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values
