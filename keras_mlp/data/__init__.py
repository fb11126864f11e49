"""Data: loading them, describing them and preprocessing them.

`SOURCE_ORDERED` holds the names of the sets that `load` can give in the order of their
own source, by `source_order=True`.

```python
import keras_mlp

assert "mnist" in keras_mlp.data.SOURCE_ORDERED
```
"""

from typing import TYPE_CHECKING

from keras_mlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from keras_mlp.data.public import *  # noqa: F403
    from keras_mlp.data.public import __all__  # noqa: F401

# Models need few of the many modules here, and `import keras_mlp` none of the rest.
__getattr__, __dir__ = lazy_names(__name__)
