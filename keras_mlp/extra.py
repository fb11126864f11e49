"""Packages that only some exports need."""

import importlib.util


def require_extra(what: str, *packages: str) -> None:
    """Raises if a package of the extra `export` is not installed.

    Args:
        what: What needs the packages, to begin the message with.
        *packages: Names to import.

    Raises:
        ImportError: If one is missing; the message says how to install it.

    Example:

    ```python
    from keras_mlp.extra import require_extra

    require_extra("Export to ONNX", "onnx", "tf2onnx")
    ```
    """
    missing = [name for name in packages if not _is_installed(name)]
    if missing:
        raise ImportError(
            f"{what} needs {' and '.join(missing)}: pip install 'keras-mlp[export]'"
        )


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:
        # `sys.modules[name]` is None: the import is forbidden.
        return False
