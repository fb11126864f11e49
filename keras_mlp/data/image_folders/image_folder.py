"""A folder of images, read as one data set."""

import dataclasses
import hashlib
import os
import warnings
from pathlib import Path
from typing import NamedTuple

from keras_mlp.data.image_files.read_image import ImageFileError
from keras_mlp.data.image_folders.file_facts import FileFacts, file_facts
from keras_mlp.data.image_folders.image_size import common_size
from keras_mlp.data.image_folders.scan import listed, scan
from keras_mlp.data.loading.options import check_image_size
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.validation import check_switch


class LabelledFile(NamedTuple):
    """An image file and its class.

    Args:
        path: The file.
        label: Which of the class names is its folder's.
        facts: The facts in the file's header.
    """

    path: Path
    label: int
    facts: FileFacts


@dataclasses.dataclass(frozen=True)
class ImageFolder:
    """What `read_folder` returns.

    Args:
        name: The directory, for messages.
        class_names: Name of each class, in the order of the labels.
        splits: The files of each split, in the order in which they are read.
        image_shape: Height, width and channels that all images are brought to.
    """

    name: str
    class_names: tuple[str, ...]
    splits: dict[str, list[LabelledFile]]
    image_shape: tuple[int, int, int]

    def split_infos(self) -> "tfds.core.SplitDict":
        """Returns the splits as TFDS knows them, to choose from."""
        return tfds.core.SplitDict(
            [
                tfds.core.SplitInfo(name=split, shard_lengths=[len(files)], num_bytes=0)
                for split, files in self.splits.items()
            ]
        )


def read_folder(
    directory: str | os.PathLike[str],
    *,
    image_size: tuple[int, int] | None,
    color: bool | None,
    skip_broken: bool,
) -> ImageFolder:
    """Returns what a folder of images holds, every file checked.

    Args:
        directory: As for `images`, and so are the others.
        image_size: See there.
        color: See there.
        skip_broken: See there.

    Raises:
        ImageFileError: If files are broken, unless those are skipped. A `ValueError`.
        ValueError: If the folder or an argument is not as it should be.
        OSError: If the folder is not there, or is a file.
    """
    image_size = check_image_size(image_size)
    check_switch("color", color is not None and color)
    check_switch("skip_broken", skip_broken)
    found = scan(directory)
    facts = file_facts(
        (
            path
            for classes in found.files.values()
            for paths in classes.values()
            for path in paths
        ),
        channels=1 if color is False else 3,
    )
    name = os.fspath(directory)
    whole = _whole(name, facts, skip_broken)
    splits = {
        split: _ordered(classes, found.class_names, whole)
        for split, classes in found.files.items()
    }
    _check_left(name, splits, found.class_names)
    _warn_of_copies(name, splits)
    if color is None:
        color = not all(fact.is_grey for fact in whole.values())
    height, width = image_size or common_size(
        name, [(fact.height, fact.width) for fact in whole.values()]
    )
    return ImageFolder(
        name, found.class_names, splits, (height, width, 3 if color else 1)
    )


def _whole(
    name: str, facts: dict[Path, FileFacts | str], skip_broken: bool
) -> dict[Path, FileFacts]:
    broken = [
        f"{path} ({fact})" for path, fact in facts.items() if isinstance(fact, str)
    ]
    if broken and not skip_broken:
        raise ImageFileError(
            f"All images in '{name}' must be whole PNG or JPEG files. Received: "
            f"{len(broken):,} broken of {len(facts):,}: {listed(broken)}. Remove or "
            "replace them, or pass `skip_broken=True`."
        )
    if broken:
        warnings.warn(
            f"{len(broken):,} broken of {len(facts):,} images in '{name}' are left "
            f"out: {listed(broken)}.",
            stacklevel=4,
        )
    return {path: fact for path, fact in facts.items() if not isinstance(fact, str)}


def _ordered(
    classes: dict[str, list[Path]],
    class_names: tuple[str, ...],
    whole: dict[Path, FileFacts],
) -> list[LabelledFile]:
    """Returns the files of a split, mixed, and every class spread evenly over them.

    So any part of the split, such as its first 80 per cent, has its share of each
    class. The order depends on names alone.
    """
    placed = []
    for class_name, paths in classes.items():
        label = class_names.index(class_name)
        hashed = sorted(
            (hashlib.sha256(os.fsencode(f"{class_name}/{path.name}")).digest(), path)
            for path in paths
            if path in whole
        )
        for rank, (digest, path) in enumerate(hashed):
            # Somewhere in its part of the whole.
            within = int.from_bytes(digest[-4:], "big") / 2**32
            place = (rank + within) / len(hashed)
            placed.append((place, label, path))
    return [LabelledFile(path, label, whole[path]) for _, label, path in sorted(placed)]


def _check_left(
    name: str, splits: dict[str, list[LabelledFile]], class_names: tuple[str, ...]
) -> None:
    left = {file.label for files in splits.values() for file in files}
    gone = [
        class_name for label, class_name in enumerate(class_names) if label not in left
    ]
    gone += [split for split, files in splits.items() if not files]
    if gone:
        raise ImageFileError(
            f"Each class and split in '{name}' must have an image that is whole. "
            f"Received: broken ones only in {listed(gone)}. Replace those files, or "
            "remove the folders."
        )


def _warn_of_copies(name: str, splits: dict[str, list[LabelledFile]]) -> None:
    """Warns of images that a model would be tested on after having learnt them."""
    learnt = {file.facts.digest: file.path for file in splits.get("train", [])}
    copies = [
        f"{file.path} is {learnt[file.facts.digest]}"
        for split, files in splits.items()
        if split != "train"
        for file in files
        if file.facts.digest in learnt
    ]
    if copies:
        warnings.warn(
            f"{len(copies):,} images in '{name}' are also in 'train', byte for byte: "
            f"{listed(copies)}. Figures on them say nothing about new images; keep "
            "each in one split.",
            stacklevel=4,
        )
