"""Data: loading them, describing them and preprocessing them.

`SOURCE_ORDERED` holds the names of the sets that `load` can give in the order of their
own source, by `source_order=True`.

```python
import keras_mlp

assert "mnist" in keras_mlp.data.SOURCE_ORDERED
```
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_mlp.data.public import *  # noqa: F403
    from keras_mlp.data.public import __all__  # noqa: F401


def __getattr__(name: str) -> Any:
    # Imported when a name is first asked for: models need few of the many modules here,
    # and `import keras_mlp` none of the rest. No module of this folder may be called
    # like one of these functions, as Python would put it in the function's place.
    public = importlib.import_module("keras_mlp.data.public")
    try:
        return getattr(public, name)
    except AttributeError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return [*globals(), *__getattr__("__all__")]
