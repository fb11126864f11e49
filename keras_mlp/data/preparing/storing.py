"""Own data as new prepared data sets of TFDS."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from keras_mlp.data.prepared import EMBEDDED
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing.writing import download_and_prepare, working_beside

VERSION = "1.0.0"

# The examples of a split with their numbers, as TFDS takes them.
Examples = Callable[[], Iterator[tuple[int, dict[str, Any]]]]


def check_storable(name: Any, data_dir: str | os.PathLike[str] | None) -> Path:
    """Returns the directory of a data set that will be written.

    Args:
        name: Its name.
        data_dir: Directory of prepared data sets. `None` is that of the environment
            variable `TFDS_DATA_DIR`, or TFDS' own.

    Raises:
        ValueError: If it is no name for a new data set.
        FileExistsError: If there is one already.
    """
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ValueError(
            "Argument `store_as` must be a name of small letters, digits and "
            f"underscores. Received: store_as={name!r}. Pass for example 'my_data'."
        )
    if name in EMBEDDED or name in tfds.list_builders(with_community_datasets=False):
        raise ValueError(
            "Argument `store_as` must be the name of a new data set. Received: "
            f"store_as={name!r}, which TFDS or this package has. Pass for example "
            f"'my_{name}'."
        )
    root = data_dir or os.environ.get("TFDS_DATA_DIR") or tfds.core.constants.DATA_DIR
    directory = Path(root).expanduser().absolute() / name
    if os.path.lexists(directory):
        raise _exists(name, directory)
    return directory


def store_dataset(
    name: str, data_dir: str | os.PathLike[str] | None, **content: Any
) -> Path:
    """Writes a new prepared data set of TFDS.

    Args:
        name: Its name.
        data_dir: As for `check_storable`.
        **content: The other arguments of `write_dataset`.

    Returns:
        The directory that was written.

    Raises:
        FileExistsError: If there is one of the name, also one written meanwhile.
        OSError: If it cannot be written; nothing is left behind then.
    """
    directory = check_storable(name, data_dir)
    with working_beside(directory) as temporary:
        write_dataset(name, temporary, **content)
        try:
            os.rename(Path(temporary) / name, directory)
        except OSError as error:
            if not os.path.lexists(directory):
                raise
            raise _exists(name, directory) from error
    return directory


def write_dataset(
    name: str,
    data_dir: str | os.PathLike[str],
    *,
    features: Mapping[str, Any],
    supervised_keys: Any,
    splits: Mapping[str, Examples],
    in_order: bool = True,
    **about: Any,
) -> None:
    """Has TFDS write a data set.

    Args:
        name: Its name.
        data_dir: Where its directory is made.
        features: TFDS' feature of each field.
        supervised_keys: Which fields are input and target, `None` if there is none.
        splits: For each split, what gives its examples.
        in_order: Whether they stay in their order. Otherwise TFDS mixes them. Defaults
            to `True`.
        **about: What TFDS' description says: `description`, `homepage`, `citation`,
            `license`, `metadata`.
    """

    # mypy does not see what comes late.
    class Stored(  # type: ignore[call-arg]
        tfds.core.GeneratorBasedBuilder, skip_registration=True
    ):
        VERSION = tfds.core.Version(VERSION)

        def _info(self) -> Any:
            return tfds.core.DatasetInfo(
                builder=self,
                features=tfds.features.FeaturesDict(dict(features)),
                supervised_keys=supervised_keys,
                disable_shuffling=in_order,
                **about,
            )

        def _split_generators(self, dl_manager: Any) -> dict[str, Any]:
            return {split: examples() for split, examples in splits.items()}

        def _generate_examples(self) -> None:
            """The splits have their own, but TFDS asks for one."""

    # TFDS would make a name of that of the class.
    Stored.name = name
    # TFDS writes the module's name down.
    Stored.__module__ = name
    download_and_prepare(Stored(data_dir=data_dir), str(data_dir))


def _exists(name: str, directory: Path) -> FileExistsError:
    return FileExistsError(
        "Argument `store_as` must be a name that is not taken. Received: "
        f"store_as={name!r}, and there is '{directory}'. `data.load({name!r})` reads "
        "it; pass another name, or remove that directory first."
    )
