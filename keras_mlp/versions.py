"""The versions of everything that a result depends on."""

import platform
from importlib import metadata

from keras_mlp.version import __version__


def versions() -> dict[str, str]:
    """Returns the versions of this package, of its dependencies and of Python."""
    packages = ("keras", "numpy", "tensorflow", "tensorflow-datasets")
    return {
        "keras_mlp": __version__,
        **{package: metadata.version(package) for package in packages},
        "python": platform.python_version(),
    }
