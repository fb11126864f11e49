"""Preparing TFDS data sets from files, on machines without internet access."""

import difflib
import logging
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.idx import write_idx
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing.published_files import TITLES, source_directory
from keras_mlp.data.preparing.source_files import read_source_files
from keras_mlp.data.preparing.writing import download_and_prepare, working_beside
from keras_mlp.messages import one_line

_logger = logging.getLogger("keras_mlp")


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

    from keras_mlp.data.preparing import offline
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
    directory = source_directory(name, source)
    arrays = read_source_files(name, builder, directory)
    count = sum(len(labels) for _, labels in arrays.values())
    report(f"Preparing {name}, {count} images, from {directory} ...")
    _build(name, arrays, target)
    report(f"{name} is prepared in {target}.")
    return target


def _standard_builder(
    name: str, data_dir: str | os.PathLike[str] | None
) -> "tfds.core.GeneratorBasedBuilder":
    """Returns the builder that `tensorflow_datasets.load` uses."""
    names = [
        *TITLES,
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
            f"cannot be read. Received: {one_line(error)}. Remove it, then prepare "
            "it again."
        ) from error


def _is_prepared(name: str, builder: "tfds.core.GeneratorBasedBuilder") -> bool:
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


def _build(
    name: str, arrays: dict[str, tuple[np.ndarray, np.ndarray]], target: Path
) -> None:
    """Has TFDS write the data set beside `target`, and moves it there when complete."""
    with working_beside(target) as temporary:
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
        download_and_prepare(builder, temporary)
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
