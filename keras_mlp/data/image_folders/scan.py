"""The contents of a folder of images, before any file is opened."""

import dataclasses
import os
import warnings
from collections import Counter
from pathlib import Path

# Those of TFDS' `ImageFolder`.
SUFFIXES = (".jpeg", ".jpg", ".png")

# What a sub-folder must be called to count as a split rather than as a class.
SPLITS = ("train", "test", "val", "validation")

# How many names a message lists.
_NAMED = 5


@dataclasses.dataclass(frozen=True)
class Scan:
    """The files of a folder.

    Args:
        class_names: Names of the classes, sorted: those of their folders.
        files: For each split, the files of each class that has any there.
    """

    class_names: tuple[str, ...]
    files: dict[str, dict[str, list[Path]]]


def scan(directory: str | os.PathLike[str]) -> Scan:
    """Returns which image files there are, and their splits and classes.

    Warns of what is no image and of classes that are not in training. What begins with
    a dot is not looked at.

    Args:
        directory: `directory/class/image.png`, or `directory/split/class/image.png`
            with splits called train, test, val or validation.

    Raises:
        ValueError: If it is not as above, or a class has no images, or there is one
            class only.
        FileNotFoundError: If it is not there.
        NotADirectoryError: If it is a file.
    """
    root = _checked(directory)
    files: dict[str, dict[str, list[Path]]] = {}
    others: list[Path] = []
    for split, folder in _split_folders(root, others).items():
        files[split] = {}
        for class_folder in _entries(folder)[0]:
            found, rest = _class_files(class_folder)
            files[split][class_folder.name] = found
            others += rest
    _check_classes(root, files)
    if others:
        warnings.warn(
            f"'{root}' holds what is no image of a class, and is left out: "
            f"{listed([str(path.relative_to(root)) for path in others])}. Images end "
            f"with {', '.join(SUFFIXES)} and lie directly in the folder of their "
            "class.",
            stacklevel=4,
        )
    names = sorted({name for classes in files.values() for name in classes})
    unseen = sorted(set(names) - set(files.get("train", names)))
    if unseen:
        warnings.warn(
            f"'{root}' has classes without a folder in 'train': {listed(unseen)}. No "
            "model can learn them. Add images, or remove the folders.",
            stacklevel=4,
        )
    return Scan(tuple(names), files)


def listed(names: list[str]) -> str:
    """Returns the first few names for a message, and how many more there are.

    Args:
        names: All of them.
    """
    shown = ", ".join(repr(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _checked(directory: str | os.PathLike[str]) -> Path:
    try:
        root = Path(directory).expanduser()
    except TypeError as error:
        raise ValueError(
            "Argument `directory` must be the path of a folder. "
            f"Received: directory={directory!r}. Pass for example 'flowers'."
        ) from error
    if not root.is_dir():
        is_file = root.exists()
        raise (NotADirectoryError if is_file else FileNotFoundError)(
            "Argument `directory` must be a folder that holds a folder of images for "
            f"each class. Received: '{root}', which is "
            f"{'a file' if is_file else 'not there'}. Pass the folder above those of "
            "the classes."
        )
    return root


def _split_folders(root: Path, others: list[Path]) -> dict[str, Path]:
    """Returns the folder of each split: `root` itself where there are none."""
    folders, files = _entries(root)
    splits = {
        folder.name.lower(): folder
        for folder in folders
        if folder.name.lower() in SPLITS
    }
    others += files
    if not splits:
        return {"train": root}
    if len(splits) < len(folders):
        beside = [folder.name for folder in folders if folder not in splits.values()]
        raise _error(
            root,
            f"the folders of splits {listed([f.name for f in splits.values()])}, and "
            f"beside them {listed(beside)}",
            "Keep all classes inside the splits, or rename the folders that are not "
            "splits",
        )
    for folder in splits.values():
        class_folders, files = _entries(folder)
        if not class_folders:
            raise _error(
                root,
                f"'{folder.name}' without a folder for each class",
                f"Put its images into folders such as '{folder.name}/cat'",
            )
        others += files
    return splits


def _class_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Returns the images of a class, and the other files in its folder."""
    folders, files = _entries(folder)
    images = [path for path in files if path.suffix.lower() in SUFFIXES]
    others = [path for path in files if path.suffix.lower() not in SUFFIXES]
    return images, others + folders


def _check_classes(root: Path, files: dict[str, dict[str, list[Path]]]) -> None:
    if not any(found for classes in files.values() for found in classes.values()):
        kinds = Counter(path.suffix.lower() for path in root.rglob("*.*"))
        there = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(3))
        raise _error(
            root,
            f"no images in any folder of a class; files below it: {there or 'none'}",
            "Pass the folder above those of the classes; other kinds of images have "
            "to be saved as PNG or JPEG",
        )
    empty = [
        f"{split}/{name}" if len(files) > 1 else name
        for split, classes in files.items()
        for name, found in classes.items()
        if not found
    ]
    if empty:
        raise _error(
            root,
            f"folders of classes without images: {listed(empty)}",
            "Put PNG or JPEG files directly into them, or remove them",
        )
    names = {name for classes in files.values() for name in classes}
    odd = sorted(name for name in names if not name.isprintable())
    if odd:
        raise _error(
            root,
            f"folders whose names cannot be printed: {listed(odd)}",
            "Rename them",
        )
    if len(names) == 1:
        raise _error(
            root,
            f"one class only, {listed(list(names))}",
            "Pass the folder above those of two classes or more",
        )


def _entries(directory: Path) -> tuple[list[Path], list[Path]]:
    """Returns the folders and the files of a directory, but hidden ones, sorted."""
    folders: list[str] = []
    files: list[str] = []
    # Not `Path.iterdir`: the system says at once which are folders.
    with os.scandir(directory) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                (folders if entry.is_dir() else files).append(entry.name)
    return (
        [directory / name for name in sorted(folders)],
        [directory / name for name in sorted(files)],
    )


def _error(root: Path, received: str, remedy: str) -> ValueError:
    return ValueError(
        "Argument `directory` must hold folders of PNG and JPEG images, one a class, "
        f"or folders of splits ({', '.join(SPLITS)}) that do. Received: '{root}' with "
        f"{received}. {remedy}."
    )
