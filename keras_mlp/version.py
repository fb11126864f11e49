"""The version of the package, and of everything else that a result depends on.

The build reads `__version__` without importing the file.
"""

import platform

__version__ = "0.1.0"


def versions() -> dict[str, str]:
    """Returns the versions of this package, of its dependencies and of Python."""
    # Not above: `keras-mlp --version` needs none of it.
    from importlib import metadata

    packages = ("keras", "numpy", "tensorflow", "tensorflow-datasets")
    return {
        "keras_mlp": __version__,
        **{package: metadata.version(package) for package in packages},
        "python": platform.python_version(),
    }
