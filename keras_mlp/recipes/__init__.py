"""Recipes: the documented networks with their data and published figures.

`DOCUMENTED` holds the recipes whose sources publish figures, `BEST` those that aim at
accuracy: tuples of recipes. `OPTIMIZERS` has the optimizers that a recipe can name.

```python
import keras_mlp

names = [recipe.name for recipe in keras_mlp.recipes.DOCUMENTED]
assert "mnist-mlp" in names
assert len(keras_mlp.recipes.BEST) > 0
assert "adam" in keras_mlp.recipes.OPTIMIZERS
```
"""

from typing import TYPE_CHECKING

from keras_mlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from keras_mlp.recipes.public import *  # noqa: F403
    from keras_mlp.recipes.public import __all__  # noqa: F401

# The command line lists recipes without Keras, which takes seconds to import.
__getattr__, __dir__ = lazy_names(__name__)
