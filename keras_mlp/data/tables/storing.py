"""Writing a table as a prepared data set of TFDS."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing.storing import store_dataset, write_dataset
from keras_mlp.data.tables.table_contents import TableContents


def store(
    contents: TableContents, name: str, data_dir: str | os.PathLike[str] | None
) -> Path:
    """Writes a table as a prepared data set of TFDS, with one split `"train"`.

    Args:
        contents: The table.
        name: Name of the data set.
        data_dir: As for `data.table`.

    Returns:
        The directory that was written.

    Raises:
        FileExistsError: If there is one already.
        OSError: If it cannot be written; nothing is left behind then.
    """
    return store_dataset(name, data_dir, **_content(contents, {"train": None}))


def write_table(
    contents: TableContents,
    name: str,
    data_dir: str | os.PathLike[str],
    splits: dict[str, Any],
    in_order: bool = True,
    **about: Any,
) -> None:
    """Has TFDS write the rows of a table.

    Args:
        contents: The table.
        name: Name of the data set.
        data_dir: Where its directory is made.
        splits: For each split, which rows it has, as a set of their numbers, or `None`
            for all.
        in_order: Whether they stay in the order of the table. Otherwise TFDS mixes
            them. Defaults to `True`.
        **about: What TFDS' description says: `description`, `homepage`, `citation`,
            `license`.
    """
    content = _content(contents, splits)
    write_dataset(name, data_dir, in_order=in_order, **content, **about)


def _content(contents: TableContents, splits: dict[str, Any]) -> dict[str, Any]:
    features = _features(contents)
    target = contents.target
    keys = None
    if target is not None:
        keys = ({column: column for column in contents.columns}, target.name)

    def chosen(rows: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, example in enumerate(_examples(contents)):
            if rows is None or number in rows:
                yield number, example

    return {
        "features": features,
        "supervised_keys": keys,
        "splits": {split: partial(chosen, rows) for split, rows in splits.items()},
        # TFDS forgets the order of features.
        "metadata": tfds.core.MetadataDict(columns=list(features)),
    }


def _features(contents: TableContents) -> dict[str, Any]:
    features: dict[str, Any] = {}
    for name in contents.columns:
        about = contents.profile.columns[name]
        if about.type in ("text", "date"):
            features[name] = tfds.features.Text()
        elif about.type == "integer" and not about.missing:
            features[name] = tfds.features.Scalar(np.int64)
        else:
            features[name] = tfds.features.Scalar(np.float32)
    target = contents.target
    if target is not None:
        features[target.name] = (
            tfds.features.Scalar(np.float32)
            if target.class_names is None
            else tfds.features.ClassLabel(names=list(target.class_names))
        )
    return features


def _examples(contents: TableContents) -> Iterator[dict[str, Any]]:
    integers = {
        name
        for name in contents.columns
        if contents.profile.columns[name].type == "integer"
        and not contents.profile.columns[name].missing
    }
    for inputs, *targets in contents.read():
        arrays = {
            name: values.astype("int64") if name in integers else values
            for name, values in inputs.items()
        }
        if contents.target is not None:
            arrays[contents.target.name] = targets[0]
        for row in zip(*(values.tolist() for values in arrays.values()), strict=True):
            yield dict(zip(arrays, row, strict=True))
