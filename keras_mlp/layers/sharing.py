"""Finds the copy of a layer that other layers refer to by their configuration.

A layer that shares weights with another one names it in its configuration, by a key.
Both are made again from their configurations, in any order; the one must then find
the new copy of the other, and not some older one.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

import keras

from keras_mlp.keras_internals import objects_of_this_load

# The newest copy of each layer, of those made outside of loading, as `clone_model`
# makes them. A file that is being loaded has its own.
_newest: WeakValueDictionary[str, keras.layers.Layer] = WeakValueDictionary()


def find_copy(key: str) -> keras.layers.Layer | None:
    """Returns the copy that was made of the layer with this key, if there is one."""
    objects: Any = objects_of_this_load()
    return (_newest if objects is None else objects).get(key)


def make_copy(
    key: str | None, make: Callable[[], keras.layers.Layer]
) -> keras.layers.Layer:
    """Returns what `make` makes, and remembers it as the copy of this layer.

    While a file is loaded, a layer is made once: what it holds twice is one object.

    Args:
        key: The layer's key, or `None` if no other layer refers to it.
        make: Makes the copy.
    """
    if key is None:
        return make()
    objects: Any = objects_of_this_load()
    if objects is None:
        _newest[key] = layer = make()
        return layer
    if key not in objects:
        objects[key] = make()
    return objects[key]
