"""Packages that come with an extra."""

import importlib.util


def require_extra(what: str, *packages: str, extra: str = "export") -> None:
    """Raises if a package of an extra is not installed.

    Args:
        what: What needs the packages, to begin the message with.
        *packages: Names to import.
        extra: The extra that they come with. Defaults to `"export"`.

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
            f"{what} needs {' and '.join(missing)}: pip install 'keras-mlp[{extra}]'"
        )


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:
        # `sys.modules[name]` is None: the import is forbidden.
        return False
