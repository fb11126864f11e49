"""Packages that import their modules when a name of theirs is first asked for."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from typing import Any


def lazy_names(
    package: str,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Returns `__getattr__` and `__dir__` of a package whose names are in `public`.

    Others that need one of its modules then import no more than that one. No module of
    the package may be called like a function in `public`: Python would put the module
    in the place of the function.

    Args:
        package: Name of the package. Its module `public` has the names in `__all__`.

    Example:

    ```python
    from keras_mlp.lazy_names import lazy_names

    get, names = lazy_names("keras_mlp.data")
    assert callable(get("load")) and "load" in names()
    ```
    """

    def get(name: str) -> Any:
        public = sys.modules.get(f"{package}.public")
        if name in getattr(public, "__all__", ()):
            return getattr(public, name)
        # `from package import module` asks here before it imports the module, also
        # while `public` is imported.
        if importlib.util.find_spec(f"{package}.{name}") is not None:
            raise AttributeError(name)
        public = importlib.import_module(f"{package}.public")
        try:
            return getattr(public, name)
        except AttributeError:
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}"
            ) from None

    def names() -> list[str]:
        module = importlib.import_module(package)
        return sorted({*vars(module), *get("__all__")})

    return get, names
