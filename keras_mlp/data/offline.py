"""Preparing TFDS data sets from files, on machines without internet access."""

import contextlib
import dataclasses
import difflib
import io
import logging
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.idx import IdxError, idx_sha256, read_idx, write_idx

# Where a Linux distribution installs the files of a data set.
SYSTEM_DIRECTORIES = {
    # Debian's package dataset-fashion-mnist.
    "fashion_mnist": Path("/usr/share/datasets/fashion-mnist"),
}

_TITLES = {
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
    """A file that a data set is to be made from is missing, damaged or another one.

    The message names it, what was expected and what was found.
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


def prepare(
    name: str,
    source: str | os.PathLike[str] | None = None,
    data_dir: str | os.PathLike[str] | None = None,
    *,
    report: Callable[[str], object] = _logger.info,
) -> Path:
    """Prepares a TFDS data set from IDX files, without internet access.

    The result is the standard data set, written by TFDS' own builder: from then on
    `tensorflow_datasets.load(name)` works in every program, and
    `keras_mlp.data.load(name)` too. One that is prepared already is left as it is.

    The directory `source` holds the four files of the data set under their usual
    names: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
    `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`; those of
    EMNIST are `emnist-letters-train-images-idx3-ubyte`, ...,
    `emnist-letters-test-labels-idx1-ubyte`. Each may end with `.gz` and may be
    gzipped; `train-images.idx3-ubyte` is understood too.

    All files are checked before anything is written. MNIST's and Fashion-MNIST's must
    be the published ones, to the byte. The files of other sets must fit together; where
    they hold fewer examples than TFDS' set has, that is logged as a warning, and where
    they hold more, as the published files of `emnist/letters` do, the first are taken,
    which is what TFDS does. If anything fails, nothing is left behind.

    Args:
        name: `"mnist"`, `"fashion_mnist"`, `"kmnist"`, `"emnist"`, which is
            `"emnist/byclass"`, or another of TFDS' `"emnist/..."`.
        source: Directory of the files. `None`, the default, looks where a Linux
            distribution installs them: Debian's package `dataset-fashion-mnist` holds
            those of `"fashion_mnist"`.
        data_dir: Directory of prepared data sets to write to. Defaults to the
            environment variable `TFDS_DATA_DIR`, then to TFDS' own directory.
        report: Is called with a sentence that says what is done. Defaults to logging
            it, as information.

    Returns:
        The directory that holds the prepared data set.

    Raises:
        UnknownDatasetError: If TFDS makes no such data set from IDX files. A
            `ValueError`.
        SourceFileError: If a file is missing, damaged or not the one that is needed. A
            `ValueError`.
        DatasetNotPreparedError: If the data set is there already but damaged. A
            `FileNotFoundError`.
        OSError: If the result cannot be written.

    Example:

    ```python
    from pathlib import Path

    import numpy as np
    import tensorflow_datasets as tfds

    from keras_mlp.data import offline
    from keras_mlp.data.idx import write_idx

    # Stands for the files that were carried to this machine.
    files = Path("kmnist-files")
    files.mkdir()
    for split in ("train", "t10k"):
        images = np.zeros((3, 28, 28), dtype="uint8")
        write_idx(files / f"{split}-images-idx3-ubyte", images)
        write_idx(files / f"{split}-labels-idx1-ubyte", images[:, 0, 0])

    path = offline.prepare("kmnist", files, data_dir="tensorflow_datasets")
    assert path == Path("tensorflow_datasets/kmnist/3.0.1").absolute()
    assert len(tfds.load("kmnist", split="test", data_dir="tensorflow_datasets")) == 3
    ```
    """
    builder = _standard_builder(name, data_dir)
    target = Path(builder.data_dir)
    if _is_prepared(name, builder):
        report(
            f"{name} is already prepared in {target}; nothing was changed. "
            "Remove that directory to prepare it again."
        )
        return target
    directory = _source_directory(name, source)
    arrays = _read_files(name, builder, directory)
    count = sum(len(labels) for _, labels in arrays.values())
    report(f"Preparing {name}, {count} images, from {directory} ...")
    _build(name, arrays, target)
    report(f"{name} is prepared in {target}.")
    return target


def _standard_builder(
    name: str, data_dir: str | os.PathLike[str] | None
) -> tfds.core.GeneratorBasedBuilder:
    """Returns the builder that `tensorflow_datasets.load` uses."""
    names = [
        *_TITLES,
        *(f"emnist/{config}" for config in tfds.builder_cls("emnist").builder_configs),
    ]
    if name not in names:
        near = difflib.get_close_matches(str(name).lower(), names, n=1)
        remedy = (
            f"Did you mean {near[0]!r}?"
            if near
            else "Other sets are prepared by `tensorflow_datasets.load` where there is "
            "a network; the directory that it makes can be copied."
        )
        raise UnknownDatasetError(
            "Argument `name` must be a data set that TFDS makes from IDX files: "
            f"{', '.join(names)}. Received: name={name!r}. {remedy}"
        )
    base_name, _, config = name.partition("/")
    # TFDS reads the variable once, when it is imported; a notebook may set it later.
    root = data_dir or os.environ.get("TFDS_DATA_DIR")
    try:
        return tfds.builder_cls(base_name)(
            config=config or None,
            data_dir=None if root is None else Path(root).expanduser().absolute(),
        )
    except OSError:
        raise
    except Exception as error:
        # What TFDS says has many forms when the files that describe a prepared set are
        # damaged.
        raise DatasetNotPreparedError(
            f"The data set {name!r} in {root or 'the default directory of TFDS'} "
            f"cannot be read. Received: {_first_line(error)}. Remove it, then prepare "
            "it again."
        ) from error


def _is_prepared(name: str, builder: tfds.core.GeneratorBasedBuilder) -> bool:
    target = Path(builder.data_dir)
    if not os.path.lexists(target):
        return False
    # Not `is_prepared`, which is content with the description alone.
    files = [
        Path(path) for split in builder.info.splits.values() for path in split.filepaths
    ]
    missing = [path.name for path in files if not path.is_file()]
    if missing or not files:
        raise DatasetNotPreparedError(
            f"The data set {name!r} in {target} is incomplete. Received: a directory "
            f"without {', '.join(missing) or 'a readable dataset_info.json'}. Remove "
            "it, then prepare it again."
        )
    return True


def _source_directory(name: str, source: str | os.PathLike[str] | None) -> Path:
    if source is not None:
        directory = Path(source).expanduser()
        if not directory.is_dir():
            raise SourceFileError(
                "Argument `source` (--from) must be a directory. "
                f"Received: '{directory}', which is "
                f"{'a file' if directory.exists() else 'not there'}. Pass the one that "
                f"holds the IDX files of {_title(name)}."
            )
        return directory
    directory_of_system = SYSTEM_DIRECTORIES.get(name)
    if directory_of_system is not None and directory_of_system.is_dir():
        return directory_of_system
    looked = f", and there is no {directory_of_system}" if directory_of_system else ""
    raise SourceFileError(
        f"Argument `source` (--from DIR) is needed to prepare {name!r}. "
        f"Received: none{looked}. Pass the directory that holds the IDX files of "
        f"{_title(name)}."
    )


def _splits(builder: tfds.core.GeneratorBasedBuilder) -> tuple[_Split, _Split]:
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


def _read_files(
    name: str, builder: tfds.core.GeneratorBasedBuilder, directory: Path
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Returns images and labels for each split, as many as TFDS reads, all checked."""
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
                _title(name),
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
            f"The directory must hold the four IDX files of {_title(name)}, with or "
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
            "Make it so, or get the file again."
        ) from error
    sha256 = idx_sha256(array)
    expected = dict(zip(_PARTS, _SHA256.get(name, ()), strict=False)).get(part)
    if sha256 == expected:
        return array
    for known_name, sums in _SHA256.items():
        if sha256 in sums:
            known_part = _PARTS[sums.index(sha256)]
            received = f"the {known_part} of {_title(known_name)}"
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
        f"'{path}' must hold the {part} of {_title(name)}. Received: {received}. "
        f"Put the right file in its place{remedy}."
    )


def _build(
    name: str, arrays: dict[str, tuple[np.ndarray, np.ndarray]], target: Path
) -> None:
    """Has TFDS write the data set beside `target`, and moves it there when complete."""
    with (
        _making(target.parent),
        tempfile.TemporaryDirectory(
            prefix=".incomplete-", dir=target.parent
        ) as temporary,
    ):
        builder = _standard_builder(name, temporary)
        splits = {}
        for split, (images, labels) in arrays.items():
            image_path = os.path.join(temporary, f"{split}-images")
            label_path = os.path.join(temporary, f"{split}-labels")
            write_idx(image_path, images)
            write_idx(label_path, labels)
            # The builder's own reading of IDX files. It begins when TFDS asks for the
            # first example.
            splits[split] = builder._generate_examples(
                num_examples=len(images), data_path=image_path, label_path=label_path
            )
        # They can take hundreds of megabytes, and TFDS reads the files in turn.
        arrays.clear()
        # The one step that would need the network: finding the files. Of this object
        # only, as a subclass would be entered in TFDS' register and in the result.
        builder._split_generators = lambda dl_manager: splits
        try:
            # Without TFDS' announcement of a download.
            with contextlib.redirect_stdout(io.StringIO()):
                builder.download_and_prepare(
                    download_dir=os.path.join(temporary, "downloads"),
                    download_config=tfds.download.DownloadConfig(
                        try_download_gcs=False
                    ),
                )
        except Exception as error:
            # TFDS passes on a full disk as an error that it caused.
            cause: BaseException = error
            while cause.__cause__ is not None:
                cause = cause.__cause__
            if isinstance(cause, (OSError, tf.errors.OpError)):
                raise OSError(_first_line(cause)) from error
            raise
        _move(Path(builder.data_dir), target)
        # Where TFDS notes the default one of several configurations.
        notes = Path(temporary) / builder.name / ".config"
        if notes.is_dir():
            _move(notes, target.parent.parent / notes.name)


def _move(complete: Path, target: Path) -> None:
    try:
        os.replace(complete, target)
    except OSError:
        # There already: for instance, another process has prepared the same meanwhile.
        if not target.is_dir():
            raise


@contextlib.contextmanager
def _making(directory: Path) -> Iterator[None]:
    """Makes a directory, and removes on failure what it had to make."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        # Innermost first, and only those that are empty.
        for path in missing:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise


def _title(name: str) -> str:
    base_name, _, config = name.partition("/")
    return f"{_TITLES[base_name]} {config}".strip()


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")
