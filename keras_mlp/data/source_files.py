"""Reading and checking the IDX files that a data set is made from."""

import dataclasses
import logging
import math
import os
from pathlib import Path

import numpy as np

from keras_mlp.data import lazy_tfds as tfds
from keras_mlp.data.idx import IdxError, idx_sha256, read_idx

# Where Debian's package of a data set's files puts them, and its name.
SYSTEM_DIRECTORIES = {"fashion_mnist": Path("/usr/share/datasets/fashion-mnist")}
DEBIAN_PACKAGES = {"fashion_mnist": "dataset-fashion-mnist"}

TITLES = {
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "emnist": "EMNIST",
}

# SHA-256 of the published files, decompressed: it says what a file is, however that has
# been compressed or renamed.
_PARTS = ("training images", "training labels", "test images", "test labels")
_SHA256 = {
    "mnist": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    "fashion_mnist": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}

_logger = logging.getLogger("keras_mlp")


class SourceFileError(ValueError):
    """A file from which a data set is made is missing, damaged or the wrong one.

    The message names it, what was expected and what was found.

    Example:

    ```python
    import keras_mlp

    try:
        keras_mlp.data.prepare("mnist", source="no-such-directory")
    except keras_mlp.data.SourceFileError as error:
        assert "no-such-directory" in str(error)
    ```
    """


@dataclasses.dataclass(frozen=True)
class _Split:
    """A split of a data set, and its two files.

    Args:
        name: TFDS' name of the split.
        title: What to call it in messages.
        file_prefix: What the names of its files begin with.
        num_examples: How many examples TFDS reads.
    """

    name: str
    title: str
    file_prefix: str
    num_examples: int


def source_directory(name: str, source: str | os.PathLike[str] | None) -> Path:
    """Returns the directory of the files: the given one, or the system's.

    Args:
        name: Name of the data set.
        source: The directory that the user gave, or `None`.

    Raises:
        SourceFileError: If it is no directory, or none is given and none is known.
    """
    if source is not None:
        directory = Path(source).expanduser()
        if not directory.is_dir():
            raise SourceFileError(
                "Argument `source` (--from) must be a directory. "
                f"Received: '{directory}', which is "
                f"{'a file' if directory.exists() else 'not there'}. Pass the one that "
                f"holds the IDX files of {title_of(name)}."
            )
        return directory
    directory_of_system = SYSTEM_DIRECTORIES.get(name)
    if directory_of_system is not None and directory_of_system.is_dir():
        return directory_of_system
    looked = by_apt = ""
    if directory_of_system is not None:
        looked = f", and there is no {directory_of_system}"
        by_apt = (
            f" On Debian and Ubuntu, `apt install {DEBIAN_PACKAGES[name]}` puts them "
            "there."
        )
    raise SourceFileError(
        f"Argument `source` (--from DIR) is needed to prepare {name!r}. "
        f"Received: none{looked}.{by_apt} Pass the directory that holds the IDX files "
        f"of {title_of(name)}."
    )


def _splits(builder: "tfds.core.GeneratorBasedBuilder") -> tuple[_Split, _Split]:
    config = builder.builder_config
    if config is None:
        # TFDS has these numbers as private constants only.
        return (
            _Split("train", "training", "train", 60_000),
            _Split("test", "test", "t10k", 10_000),
        )
    prefix = f"emnist-{config.name}"
    return (
        _Split("train", "training", f"{prefix}-train", config.train_examples),
        _Split("test", "test", f"{prefix}-test", config.test_examples),
    )


def read_source_files(
    name: str, builder: "tfds.core.GeneratorBasedBuilder", directory: Path
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Returns images and labels for each split, as many as TFDS reads, all checked.

    Args:
        name: Name of the data set.
        builder: TFDS' builder of it.
        directory: Where its four IDX files lie.

    Raises:
        SourceFileError: If a file is missing, damaged or not the one that is needed.
    """
    splits = _splits(builder)
    paths = _find_files(name, splits, directory)
    image_shape = builder.info.features["image"].shape[:2]
    num_classes = builder.info.features["label"].num_classes
    most = max(split.num_examples for split in splits)
    # Twice what TFDS reads: the published files of EMNIST's letters hold more.
    maximum_bytes = 2 * most * math.prod(image_shape)
    arrays = {}
    for split, other in (splits, splits[::-1]):
        image_part, label_part = f"{split.title} images", f"{split.title} labels"
        image_path, label_path = paths[split.name]
        images = _read_file(name, image_part, image_path, maximum_bytes)
        labels = _read_file(name, label_part, label_path, maximum_bytes)
        count = len(images)
        if count != len(labels):
            raise SourceFileError(
                f"'{image_path}' and '{label_path}' must hold as many images as "
                f"labels. Received: {count} images and {len(labels)} labels. "
                "Pass files that belong together."
            )
        received = ""
        if count == 0:
            received = "no images"
        elif images.shape[1:] != image_shape:
            received = f"images of the shape {images.shape[1:]}, not {image_shape}"
        elif count == other.num_examples:
            received = f"{count} images, as many as there are {other.title} images"
        if received:
            raise _refused(name, image_part, image_path, received)
        if labels.max() >= num_classes:
            received = f"the label {labels.max()}, where the last is {num_classes - 1}"
            raise _refused(name, label_part, label_path, received)
        if count < split.num_examples:
            _logger.warning(
                "'%s' holds %d images; the %s of %s number %d.",
                image_path,
                count,
                image_part,
                title_of(name),
                split.num_examples,
            )
        used = slice(split.num_examples)
        arrays[split.name] = images[used], labels[used]
    return arrays


def _find_files(
    name: str, splits: tuple[_Split, _Split], directory: Path
) -> dict[str, tuple[Path, Path]]:
    """Returns the paths of images and labels for each split."""
    found = {}
    missing = []
    for split in splits:
        for content, dimensions in (("images", 3), ("labels", 1)):
            stem = f"{split.file_prefix}-{content}"
            candidates = [
                directory / f"{stem}{separator}idx{dimensions}-ubyte{ending}"
                for separator in "-."
                for ending in (".gz", "")
            ]
            existing = [path for path in candidates if path.is_file()]
            if existing:
                found[split.name, content] = existing[0]
            else:
                missing.append(candidates[1].name)
    if missing:
        raise SourceFileError(
            f"The directory must hold the four IDX files of {title_of(name)}, with or "
            f"without '.gz'. Received: '{directory}', which lacks "
            f"{', '.join(missing)}. Pass the directory that holds them, or add them."
        )
    return {
        split.name: (found[split.name, "images"], found[split.name, "labels"])
        for split in splits
    }


def _read_file(name: str, part: str, path: Path, maximum_bytes: int) -> np.ndarray:
    try:
        array = read_idx(path, maximum_bytes)
    except IdxError as error:
        raise SourceFileError(str(error)) from error
    except OSError as error:
        raise SourceFileError(
            f"'{path}' must be readable. Received: {error.strerror or error}. "
            "Make it readable, or get the file again."
        ) from error
    sha256 = idx_sha256(array)
    expected = dict(zip(_PARTS, _SHA256.get(name, ()), strict=False)).get(part)
    if sha256 == expected:
        return array
    for known_name, sums in _SHA256.items():
        if sha256 in sums:
            known_part = _PARTS[sums.index(sha256)]
            received = f"the {known_part} of {title_of(known_name)}"
            remedy = f", or prepare {known_name!r}" if known_name != name else ""
            raise _refused(name, part, path, received, remedy)
    content = "images" if array.ndim == 3 else "labels"
    if not part.endswith(content):
        raise _refused(name, part, path, f"{len(array)} {content}")
    if expected is not None:
        received = (
            f"{len(array)} other {content}, whose SHA-256 decompressed is {sha256} "
            f"instead of {expected}"
        )
        raise _refused(name, part, path, received)
    return array


def _refused(
    name: str, part: str, path: Path, received: str, remedy: str = ""
) -> SourceFileError:
    return SourceFileError(
        f"'{path}' must hold the {part} of {title_of(name)}. Received: {received}. "
        f"Put the right file in its place{remedy}."
    )


def title_of(name: str) -> str:
    """Returns what people call a data set."""
    base_name, _, config = name.partition("/")
    return f"{TITLES[base_name]} {config}".strip()
