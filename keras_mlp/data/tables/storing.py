"""Writing a table as a prepared data set of TFDS."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from keras_mlp.data import lazy_tfds as tfds
from keras_mlp.data.prepared import EMBEDDED
from keras_mlp.data.tables.table_contents import TableContents
from keras_mlp.data.writing import download_and_prepare, working_beside

VERSION = "1.0.0"


def check_storable(name: Any, data_dir: str | os.PathLike[str] | None) -> Path:
    """Returns the directory of a data set that is to be written.

    Args:
        name: Its name.
        data_dir: As for `data.table`.

    Raises:
        ValueError: If it is no name for a new data set.
        FileExistsError: If there is one already.
    """
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ValueError(
            "Argument `store_as` must be a name of small letters, digits and "
            f"underscores. Received: store_as={name!r}. Pass such as 'my_table'."
        )
    if name in EMBEDDED or name in tfds.list_builders(with_community_datasets=False):
        raise ValueError(
            "Argument `store_as` must be the name of a new data set. Received: "
            f"store_as={name!r}, which TFDS or this package has. Pass another."
        )
    root = data_dir or os.environ.get("TFDS_DATA_DIR") or tfds.core.constants.DATA_DIR
    directory = Path(root).expanduser().absolute() / name
    if os.path.lexists(directory):
        raise FileExistsError(
            "Argument `store_as` must be the name of a new data set. Received: "
            f"store_as={name!r}, and '{directory}' exists. Pass another, or remove it."
        )
    return directory


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
    directory = check_storable(name, data_dir)
    with working_beside(directory) as temporary:
        write_table(contents, name, temporary, {"train": None})
        # To a name that is not there: `rename` would replace an empty directory alone.
        os.rename(Path(temporary) / name, directory)
    return directory


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
    features = _features(contents)
    target = contents.target
    keys = None
    if target is not None:
        keys = ({column: column for column in contents.columns}, target.name)

    # mypy does not see what comes late.
    class Table(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg]
        VERSION = tfds.core.Version(VERSION)

        def _info(self) -> Any:
            return tfds.core.DatasetInfo(
                builder=self,
                features=tfds.features.FeaturesDict(features),
                supervised_keys=keys,
                disable_shuffling=in_order,
                # TFDS forgets the order of features.
                metadata=tfds.core.MetadataDict(columns=list(features)),
                **about,
            )

        def _split_generators(self, dl_manager: Any) -> dict[str, Any]:
            return {
                split: self._generate_examples(rows) for split, rows in splits.items()
            }

        def _generate_examples(self, rows: Any) -> Iterator[tuple[int, dict]]:
            for number, example in enumerate(_examples(contents, features)):
                if rows is None or number in rows:
                    yield number, example

    # TFDS would make a name of that of the class.
    Table.name = name
    # TFDS writes the module's name down.
    Table.__module__ = name
    download_and_prepare(Table(data_dir=data_dir), str(data_dir))


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


def _examples(
    contents: TableContents, features: dict[str, Any]
) -> Iterator[dict[str, Any]]:
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
