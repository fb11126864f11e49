"""The published IDX files: their names and contents, and where a system has them."""

import os
from pathlib import Path

from keras_mlp.data.preparing.source_file_error import SourceFileError

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
PARTS = ("training images", "training labels", "test images", "test labels")
SHA256 = {
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


def title_of(name: str) -> str:
    """Returns what people call a data set."""
    base_name, _, config = name.partition("/")
    return f"{TITLES[base_name]} {config}".strip()
