"""Reading and checking the IDX files that a data set is made from."""

import dataclasses
import logging
import math
from pathlib import Path

import numpy as np

from keras_mlp.data.idx import IdxError, idx_sha256, read_idx
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing.published_files import PARTS, SHA256, title_of
from keras_mlp.data.preparing.source_file_error import SourceFileError

_logger = logging.getLogger("keras_mlp")


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
    expected = dict(zip(PARTS, SHA256.get(name, ()), strict=False)).get(part)
    if sha256 == expected:
        return array
    for known_name, sums in SHA256.items():
        if sha256 in sums:
            known_part = PARTS[sums.index(sha256)]
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
