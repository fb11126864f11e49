"""From whatever holds a table to the one form in which models take its columns."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.messages import one_line


def raw_columns(data: Any) -> dict[str, np.ndarray]:
    """Returns the columns of a table as models take them.

    Numbers and Booleans become float32, with NaN for what is missing. Text and
    categories become strings, and dates strings such as `"2024-05-01"` or
    `"2024-05-01T12:30:00"`, with `""` for what is missing.

    Args:
        data: A data frame of pandas or polars, a table of pyarrow, or a dictionary of
            arrays, tensors or lists of shape `[rows]` or `[rows, 1]`.

    Returns:
        Dictionary from the names of columns to arrays `[rows]`: float32, or objects
        that are `str`.

    Raises:
        ValueError: If there are no columns, two have one name, one holds numbers as
            well as text, or they differ in length.

    Example:

    ```python
    from keras_mlp.data.columns.raw_columns import raw_columns

    columns = raw_columns({"carat": [0.23, None], "cut": ["Ideal", None]})
    assert columns["carat"].dtype == "float32"
    assert columns["cut"].tolist() == ["Ideal", ""]
    ```
    """
    columns: dict[str, np.ndarray] = {}
    for name, values in named_columns(data):
        if name in columns:
            raise ValueError(
                f"Columns must have different names. Received: two called {name!r}. "
                "Rename one of them."
            )
        columns[name] = _raw(name, values)
    if not columns:
        raise ValueError(
            "A table must have a column. Received: one without any. Pass a data frame "
            "or a dictionary of columns."
        )
    rows = {name: len(values) for name, values in columns.items()}
    if len(set(rows.values())) > 1:
        raise ValueError(
            f"Columns must have the same length. Received: {rows}. Pass as many values "
            "in each."
        )
    return columns


def as_tensors(columns: Mapping[str, np.ndarray]) -> dict[str, tf.Tensor]:
    """Returns raw columns as tensors, which Keras takes for text, too.

    Args:
        columns: As `raw_columns` returns them.
    """
    with tf.device("CPU:0"):
        return {name: tf.convert_to_tensor(v) for name, v in columns.items()}


def holds_columns(data: Any) -> bool:
    """Returns whether data are columns with names.

    Args:
        data: Anything.
    """
    return isinstance(data, Mapping) or is_frame(data)


def is_frame(data: Any) -> bool:
    """Returns whether data are a data frame of pandas or polars, or a pyarrow table.

    Args:
        data: Anything.
    """
    return hasattr(data, "columns") and hasattr(data, "shape") and len(data.shape) == 2


def named_columns(data: Any) -> Iterator[tuple[str, Any]]:
    """Yields the name and the values of each column.

    Args:
        data: As for `raw_columns`.
    """
    if isinstance(data, Mapping):
        names, columns = list(data), list(data.values())
    elif hasattr(data, "column_names"):
        # Of pyarrow, whose `columns` are the values.
        names, columns = data.column_names, list(data.columns)
    elif hasattr(data, "iloc"):
        # Of pandas, where a name may stand for two columns.
        names = list(data.columns)
        columns = [data.iloc[:, place] for place in range(len(names))]
    elif is_frame(data):
        names = list(data.columns)
        columns = [data[name] for name in names]
    else:
        raise ValueError(
            "A table must be a data frame or a dictionary of columns. Received: "
            f"{type(data).__name__}. Pass for example {{'age': [31, 40]}}."
        )
    for name, values in zip(names, columns, strict=True):
        if not isinstance(name, str):
            raise ValueError(
                f"Columns must have names. Received: {name!r}. Rename it, for example "
                "with `frame.columns = [str(name) for name in frame.columns]`."
            )
        yield name, values


def _raw(name: str, values: Any) -> np.ndarray:
    if isinstance(values, tf.Tensor):
        values = values.numpy()
    if isinstance(values, np.ndarray):
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        if values.ndim != 1:
            raise ValueError(
                f"Column {name!r} must hold one value a row. Received: an array of "
                f"shape {values.shape}. Pass each of its columns separately."
            )
        if values.dtype.kind in "biuf":
            return _as_float32(values)
        if values.dtype.kind == "S" or _holds_bytes(values):
            values = _decoded(name, values)
        if values.dtype.kind == "O" and all(type(value) is str for value in values):
            return values
    return _from_arrow(name, _as_arrow(name, values))


def _holds_bytes(values: np.ndarray) -> bool:
    return values.dtype.kind == "O" and any(type(value) is bytes for value in values)


def _decoded(name: str, values: np.ndarray) -> np.ndarray:
    """Returns the text of bytes, as TensorFlow's strings are in NumPy."""
    try:
        texts = [v.decode() if isinstance(v, bytes) else v for v in values]
    except UnicodeDecodeError as error:
        raise ValueError(
            f"Column {name!r} must hold text in UTF-8. Received: {one_line(error)}. "
            "Decode it."
        ) from error
    decoded = np.empty(len(texts), dtype=object)
    decoded[:] = texts
    return decoded


def _as_float32(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        # What float32 cannot hold becomes infinite.
        return np.ascontiguousarray(values, dtype="float32")


def _as_arrow(name: str, values: Any) -> Any:
    """Returns the values as an array of pyarrow, which knows what is missing."""
    import pyarrow

    if isinstance(values, (pyarrow.Array, pyarrow.ChunkedArray)):
        return values
    try:
        if hasattr(values, "to_arrow"):
            # Polars' columns of objects hold addresses.
            objects = str(values.dtype) == "Object"
            return pyarrow.array(values.to_list()) if objects else values.to_arrow()
        return pyarrow.array(values, from_pandas=True)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise ValueError(
            f"Column {name!r} must hold numbers, Booleans, text or dates, of one kind. "
            f"Received: {_mixture(values)}({one_line(error)}). Convert it, for example "
            "with `column.astype(str)`."
        ) from error


def _mixture(values: Any) -> str:
    """Returns in words which row is of another kind than the first one."""
    first = None
    for row, value in enumerate(values):
        if value is None or value != value:
            continue
        kind = type(value)
        if first is not None and kind is not first:
            return f"{kind.__name__} in row {row}, after {first.__name__} "
        first = kind
    return ""


def _from_arrow(name: str, values: Any) -> np.ndarray:
    import pyarrow
    from pyarrow import compute, types

    kind = values.type
    if types.is_dictionary(kind):
        return _from_arrow(name, values.cast(kind.value_type))
    if types.is_null(kind):
        return np.full(len(values), np.nan, "float32")
    if types.is_boolean(kind):
        values = values.cast(pyarrow.uint8())
    elif types.is_decimal(kind):
        values = values.cast(pyarrow.float64())
    elif types.is_temporal(kind) and not types.is_duration(kind):
        if types.is_time(kind):
            values = values.cast(pyarrow.string())
        else:
            # As ISO 8601 writes them, to the second. Ten times as fast as
            # `compute.strftime`, which knows languages.
            whole = pyarrow.date32() if types.is_date(kind) else pyarrow.timestamp("s")
            texts = values.cast(whole, safe=False).cast(pyarrow.string())
            values = compute.replace_substring(texts, " ", "T")
    elif types.is_duration(kind):
        # As a number, of seconds.
        values = compute.divide(
            values.cast(pyarrow.duration("us")).cast(pyarrow.int64()).cast("float64"),
            1e6,
        )
    kind = values.type
    if types.is_integer(kind) or types.is_floating(kind):
        values = values.cast(pyarrow.float64(), safe=False)
        return _as_float32(values.to_numpy(zero_copy_only=False))
    try:
        texts = compute.fill_null(values.cast(pyarrow.large_string()), "")
    except pyarrow.ArrowException as error:
        raise ValueError(
            f"Column {name!r} must hold numbers, Booleans, text or dates. Received: "
            f"{values.type} ({one_line(error)}). Convert it, or leave it out."
        ) from error
    return texts.to_numpy(zero_copy_only=False)
