"""Rows of another table than a model was trained on, read as those were."""

from pathlib import Path
from typing import Any

import tensorflow as tf

from keras_mlp import data
from keras_mlp.data import DateColumn, TableDataset
from keras_mlp.export import TabularModel


def other_rows(path: str, model: TabularModel, **options: Any) -> TableDataset:
    """Returns the rows of a table; each column holds what it did in the training.

    So `"00501"` stays text where zip codes were, and text among numbers is an error
    that names its row.

    Args:
        path: The file.
        model: The model that will take the rows.
        **options: As for `data.table`.

    Raises:
        ValueError: If it lacks a column, or one holds text that held numbers.
    """
    kinds = {
        name: "date"
        if isinstance(column, DateColumn)
        else {"float32": "number", "string": "text"}[model.dtypes[name]]
        for name, column in model.columns.items()
    }
    # Of other tables than CSV files, the types are given.
    is_csv = Path(path).is_file() and not path.endswith(".parquet")
    rows = data.table(
        path,
        columns=list(kinds),
        types=kinds if is_csv else None,
        shuffle=False,
        **options,
    )
    for name, spec in rows.element_spec[0].items():
        if kinds[name] == "number" and spec.dtype == tf.string:
            raise ValueError(
                f"Column {name!r} must hold numbers, as in the training. Received: "
                f"text or dates, in '{path}'. Convert it."
            )
    return rows


def labelled_rows(
    path: str, model: TabularModel, batch_size: int, data_dir: str | None = None
) -> tf.data.Dataset:
    """Returns the rows of a table with their targets, as the model numbers classes.

    Args:
        path: The file.
        model: The model to measure on them.
        batch_size: Number of rows in a batch.
        data_dir: As for `data.table`.

    Raises:
        ValueError: If it holds a class that the model does not know.
    """
    rows = other_rows(
        path,
        model,
        target=model.target,
        batch_size=batch_size,
        task=model.task,
        data_dir=data_dir,
    )
    known, found = model.class_names, rows.class_names
    if known is None or found is None:
        return rows
    unknown = [name for name in found if name not in known]
    if unknown:
        raise ValueError(
            f"Column {model.target!r} must hold classes of the training, "
            f"{list(known)}. Received: {unknown} in '{path}'. Leave those rows out."
        )
    numbers = tf.constant([list(known).index(name) for name in found], tf.int64)
    return rows.map(lambda x, y: (x, tf.gather(numbers, y)))
