"""Folders of images as prepared TFDS data sets."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import tensorflow as tf

from keras_mlp.data.image_folders.image_folder import ImageFolder, LabelledFile
from keras_mlp.data.image_folders.reading import decode_file, file_tensors
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing.storing import check_storable, store_dataset


def check_store(store_as: Any, data_dir: str | os.PathLike[str] | None) -> None:
    """Raises unless a data set can be stored under a name, or none is wanted.

    Args:
        store_as: The name, or `None`.
        data_dir: Where to, or `None`.

    Raises:
        ValueError: If the name will not do, or there is a place but no name.
        FileExistsError: If there is a data set of that name.
    """
    if store_as is not None:
        check_storable(store_as, data_dir)
    elif data_dir is not None:
        raise ValueError(
            "Argument `data_dir` says where `store_as` writes to. Received: "
            f"data_dir={os.fspath(data_dir)!r} without `store_as`. Pass "
            "`store_as='name'`, or leave `data_dir` out."
        )


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
    image = tfds.features.Image(shape=folder.image_shape, encoding_format="png")
    store_dataset(
        name,
        data_dir,
        features={
            "image": image,
            "label": tfds.features.ClassLabel(names=folder.class_names),
        },
        supervised_keys=("image", "label"),
        splits={
            split: partial(_examples, files, folder.image_shape)
            for split, files in folder.splits.items()
        },
        description=f"Images from the folder {Path(folder.name).name}.",
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
