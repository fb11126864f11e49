"""Folders of images as prepared TFDS data sets."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tensorflow as tf

from keras_mlp.data import lazy_tfds as tfds
from keras_mlp.data.image_folders.image_folder import ImageFolder, LabelledFile
from keras_mlp.data.image_folders.reading import decode_file, file_tensors
from keras_mlp.data.prepared import EMBEDDED_NAME
from keras_mlp.data.writing import download_and_prepare, working_beside

_VERSION = "1.0.0"


def check_store(store_as: Any, data_dir: str | os.PathLike[str] | None) -> None:
    """Raises unless a data set can be stored under a name, or none is to be.

    Args:
        store_as: The name, or `None`.
        data_dir: Where to, or `None`.

    Raises:
        ValueError: If the name will not do, or there is a place but no name.
        FileExistsError: If there is a data set of that name.
    """
    if store_as is None:
        if data_dir is not None:
            raise ValueError(
                "Argument `data_dir` says where `store_as` writes to. Received: "
                f"data_dir={os.fspath(data_dir)!r} without `store_as`. Pass "
                "`store_as='name'`, or leave `data_dir` out."
            )
        return
    if not isinstance(store_as, str) or not re.fullmatch("[a-z][a-z0-9_]*", store_as):
        raise ValueError(
            "Argument `store_as` must be a name of small letters, digits and "
            f"underscores. Received: store_as={store_as!r}. Pass such as "
            "'my_flowers'."
        )
    if store_as == EMBEDDED_NAME or store_as in tfds.list_builders(
        with_community_datasets=False
    ):
        raise ValueError(
            "Argument `store_as` must not be the name of a known data set. Received: "
            f"store_as={store_as!r}. Pass such as 'my_{store_as}'."
        )
    folder = target_of(store_as, data_dir).parent
    if os.path.lexists(folder):
        raise _exists(store_as, folder)


def target_of(name: str, data_dir: str | os.PathLike[str] | None) -> Path:
    """Returns the directory that a data set is stored in.

    Args:
        name: Its name.
        data_dir: Directory of prepared data sets. `None` is TFDS' own.
    """
    root = data_dir or os.environ.get("TFDS_DATA_DIR") or tfds.core.constants.DATA_DIR
    return Path(root).expanduser().absolute() / name / _VERSION


def store(
    folder: ImageFolder, name: str, data_dir: str | os.PathLike[str] | None
) -> None:
    """Writes all splits as a prepared data set.

    Args:
        folder: What is written.
        name: Name of the data set, as `check_store` allows it.
        data_dir: Directory of prepared data sets. `None` is TFDS' own.

    Raises:
        OSError: If it cannot be written; nothing is left behind. `FileExistsError` if
            another program has stored one of that name meanwhile.
    """
    target = target_of(name, data_dir)
    with working_beside(target.parent) as temporary:
        builder = _builder(folder, name, temporary)
        download_and_prepare(builder, temporary)
        try:
            os.replace(Path(builder.data_dir).parent, target.parent)
        except OSError as error:
            if not os.path.lexists(target.parent):
                raise
            raise _exists(name, target.parent) from error


def _builder(
    folder: ImageFolder, name: str, data_dir: str
) -> "tfds.core.GeneratorBasedBuilder":
    class FolderBuilder(  # type: ignore[call-arg]
        tfds.dataset_builders.AdhocBuilder,
        skip_registration=True,
    ):
        """TFDS' builder of data at hand, which knows no supervised keys."""

        def _info(self) -> Any:
            return tfds.core.DatasetInfo(
                builder=self,
                description=f"Images from the folder {Path(folder.name).name}.",
                features=self._feature_spec,
                supervised_keys=("image", "label"),
                # So `load` gives the order of `images`.
                disable_shuffling=True,
            )

    return FolderBuilder(
        name=name,
        version=_VERSION,
        features=tfds.features.FeaturesDict(
            {
                "image": tfds.features.Image(
                    shape=folder.image_shape, encoding_format="png"
                ),
                "label": tfds.features.ClassLabel(names=folder.class_names),
            }
        ),
        split_datasets={
            split: _examples(files, folder.image_shape)
            for split, files in folder.splits.items()
        },
        data_dir=data_dir,
    )


def _examples(
    files: list[LabelledFile], image_shape: tuple[int, int, int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    decode = decode_file(files, image_shape)

    @tf.autograph.experimental.do_not_convert
    def as_png(
        file: tuple[tf.Tensor, tf.Tensor], label: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        # Here, on all cores; TFDS would do it for one image after the other.
        return tf.io.encode_png(decode(file)), label

    pairs = (
        file_tensors(files)
        .map(as_png, num_parallel_calls=tf.data.AUTOTUNE)
        .as_numpy_iterator()
    )
    for number, (png, label) in enumerate(pairs):
        yield number, {"image": png, "label": int(label)}


def _exists(name: str, folder: Path) -> FileExistsError:
    return FileExistsError(
        "Argument `store_as` must be a name that is not taken. Received: "
        f"store_as={name!r}, and there is '{folder}'. `data.load({name!r})` reads it; "
        "pass another name, or remove that directory first."
    )
