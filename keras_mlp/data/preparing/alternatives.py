"""What can replace a data set that is not on this machine."""

from pathlib import Path

from keras_mlp.data.preparing.published_files import (
    DEBIAN_PACKAGES,
    SYSTEM_DIRECTORIES,
    TITLES,
)

# As many images as MNIST's, of the same size.
_LIKE_MNIST = "fashion_mnist"


def at_hand(name: str, root: Path, embedded: str) -> str:
    """Says what is on this machine, or one command away, instead of a data set.

    Args:
        name: Name of the data set that is not there.
        root: Directory of prepared data sets.
        embedded: Name of the set that comes with the package.

    Returns:
        One or two sentences.
    """
    here = f"On this machine is {embedded!r}, which comes with the package"
    if name in SYSTEM_DIRECTORIES:
        return f"A minute away: prepare it with {_commands(name)}. {here}."
    if name.partition("/")[0] not in TITLES:
        return f"{here}."
    if (root / _LIKE_MNIST).is_dir():
        return f"{here}, and {_LIKE_MNIST!r}, which is prepared."
    return (
        f"{here}. A minute away is {_LIKE_MNIST!r}, as large as MNIST: prepare it with "
        f"{_commands(_LIKE_MNIST)}."
    )


def _commands(name: str) -> str:
    prepare = f"`keras-mlp data prepare {name}`"
    if SYSTEM_DIRECTORIES[name].is_dir():
        return f"{prepare}, from the files in {SYSTEM_DIRECTORIES[name]}"
    package = f"`apt install {DEBIAN_PACKAGES[name]}`"
    return f"{package} (on Debian and Ubuntu) and then {prepare}"
