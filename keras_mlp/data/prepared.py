"""Finding prepared data sets, and having TFDS prepare them where there is a network."""

import difflib
import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing.alternatives import at_hand
from keras_mlp.data.preparing.downloads import (
    folders_of,
    remove_new_leftovers,
    unreachable_hosts,
)
from keras_mlp.data.preparing.published_files import TITLES
from keras_mlp.data.tables.sources.column_features import column_features
from keras_mlp.messages import one_line

# Prepared by the scripts in scripts/embedded_data, and installed with the package.
EMBEDDED_NAME = "mnist_5k"
EMBEDDED_DIRECTORY = Path(__file__).parent / EMBEDDED_NAME / "1.0.0"
EMBEDDED = {
    name: Path(__file__).parent / name / "1.0.0"
    for name in (EMBEDDED_NAME, "penguins_344", "diamonds_5k")
}


def prepared_builder(
    name: str, data_dir: str | os.PathLike[str] | None = None
) -> "tfds.core.DatasetBuilder":
    """Returns TFDS' builder of images of classes or of a table, ready to be read.

    A set that is prepared is taken from its files, without a network. One that is not
    is prepared by TFDS, which downloads it.

    Args:
        name: `"mnist_5k"`, `"penguins_344"` or `"diamonds_5k"`, which are part of this
            package, or a name that TFDS understands, such as `"mnist"`,
            `"emnist/letters"` or `"mnist:3.0.1"`.
        data_dir: Directory of prepared data sets. Defaults to the environment variable
            `TFDS_DATA_DIR`, then to TFDS' own directories.

    Raises:
        UnknownDatasetError: If there is no such data set.
        DatasetNotPreparedError: If its files are not here and cannot be had.
        ValueError: If it is neither an image-classification set nor a table.
    """
    base_name = re.split("[/:,]", name)[0] if isinstance(name, str) else ""
    if not re.fullmatch(r"\w+", base_name):
        raise _unknown(name)
    if name in EMBEDDED:
        return tfds.builder_from_directory(EMBEDDED[name])
    directories = _directories(data_dir)
    for directory in directories:
        builder = _builder_from_files(name, directory)
        if builder is not None:
            check_kind(name, builder)
            return builder
    # Without those of the community: their list would be asked for on the network.
    if base_name.lower() not in tfds.list_builders(with_community_datasets=False):
        raise _unknown(name)
    try:
        builder = tfds.builder(name, data_dir=directories[0])
    except (AssertionError, ValueError) as error:
        # There is no such configuration or version.
        raise _unknown(name, _variants(base_name)) from error
    # Now rather than after a download that would turn out to be of no use.
    check_kind(name, builder)
    _prepare(name, builder)
    return builder


def is_image_classification(builder: "tfds.core.DatasetBuilder") -> bool:
    """Returns whether the examples are pairs of a uint8 image and a class.

    Args:
        builder: TFDS builder of a data set.
    """
    keys = builder.info.supervised_keys
    if not isinstance(keys, tuple) or len(keys) != 2:
        return False
    features = dict(builder.info.features)
    image, label = (features.get(key) if isinstance(key, str) else None for key in keys)
    return (
        isinstance(image, tfds.features.Image)
        and np.dtype(image.np_dtype) == np.uint8
        and isinstance(label, tfds.features.ClassLabel)
    )


def check_kind(name: str, builder: "tfds.core.DatasetBuilder") -> None:
    """Raises an error unless the examples are images of classes, or rows of a table.

    Args:
        name: Name of the data set, for the message.
        builder: Its builder.

    Raises:
        ValueError: If the examples are anything else.
    """
    if is_image_classification(builder) or column_features(builder):
        return
    raise ValueError(
        "Argument `name` must be an image-classification set, a uint8 image and a "
        "class as TFDS' supervised keys, or a table, whose features are single values. "
        f"Received: name={name!r}, with the supervised "
        f"keys {builder.info.supervised_keys!r} and the features "
        f"{sorted(builder.info.features)}. Read other sets with "
        "`tensorflow_datasets.load`."
    )


def _directories(data_dir: str | os.PathLike[str] | None) -> list[str | None]:
    """Where to look for prepared sets; `None` stands for TFDS' own directories."""
    if data_dir is not None:
        return [os.path.expanduser(os.fspath(data_dir))]
    # TFDS reads the variable once, when it is imported; a notebook may set it later.
    from_environment = os.environ.get("TFDS_DATA_DIR")
    return [os.path.expanduser(from_environment), None] if from_environment else [None]


def _builder_from_files(
    name: str, directory: str | None
) -> "tfds.core.DatasetBuilder | None":
    try:
        return tfds.core.read_only_builder.builder_from_files(name, data_dir=directory)
    except tfds.core.DatasetNotFoundError:
        return None
    except Exception as error:
        # Whatever damaged files lead to, and TFDS' refusal to choose among several
        # directories that all hold the set.
        raise DatasetNotPreparedError(
            f"The data set {name!r} was found but cannot be read. "
            f"Received: {one_line(error)}. Prepare it again, or name the directory to "
            "read with `data_dir`."
        ) from error


def _prepare(name: str, builder: "tfds.core.DatasetBuilder") -> None:
    root = Path(builder.data_dir_root)
    if not Path(builder.data_dir).exists():
        unreachable = unreachable_hosts(builder, root / "downloads")
        if unreachable:
            # TFDS itself would retry for minutes.
            raise _not_prepared(name, root, f"{unreachable} cannot be reached")
    before = folders_of(root, builder.name)
    try:
        builder.download_and_prepare()
    except Exception as error:
        # Everything that can go wrong with a network, a server, files that have to be
        # fetched by hand, a full disk: the data set is not prepared.
        remove_new_leftovers(root, builder.name, before)
        raise _not_prepared(
            name, root, f"TFDS could not prepare it ({one_line(error)})"
        ) from error


def _unknown(name: Any, names: list[str] | None = None) -> UnknownDatasetError:
    if names is None:
        names = [*tfds.list_builders(with_community_datasets=False), *EMBEDDED]
    near = difflib.get_close_matches(str(name).lower(), names, n=3)
    remedy = (
        f"Did you mean {' or '.join(repr(match) for match in near)}?"
        if near
        else "`tensorflow_datasets.list_builders()` lists the names."
    )
    if isinstance(name, (str, os.PathLike)) and os.path.isdir(name):
        remedy = "It is a directory: `keras_mlp.data.images` loads a folder of images."
    return UnknownDatasetError(
        f"Argument `name` must be {' or '.join(map(repr, EMBEDDED))}, or the name of a "
        "TFDS data set. "
        f"Received: name={name!r}. {remedy}"
    )


def _variants(base_name: str) -> list[str]:
    """Returns the full names under which a data set can be asked for."""
    builder_class = tfds.builder_cls(base_name)
    return [
        base_name,
        f"{base_name}:{builder_class.VERSION}",
        *(f"{base_name}/{name}" for name in builder_class.builder_configs),
    ]


def _not_prepared(name: str, root: Path, reason: str) -> DatasetNotPreparedError:
    by_hand = ""
    if name.partition("/")[0] in TITLES:
        command = f"`keras-mlp data prepare {name} --from DIR`"
        by_hand = f", or prepare it from files with {command}"
    return DatasetNotPreparedError(
        "Argument `name` must be a data set that is prepared on this machine, or that "
        f"can be downloaded. Received: name={name!r}, which is not in {root}, and "
        f"{reason}. {at_hand(name, root, EMBEDDED_NAME)} Set the environment variable "
        f"TFDS_DATA_DIR or `data_dir` to a directory that holds {name!r}{by_hand}."
    )
