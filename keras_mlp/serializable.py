"""What every class of this package that Keras saves is decorated with."""

from typing import Any, TypeVar

import keras

Class = TypeVar("Class", bound=type[Any])


def serializable(cls: Class) -> Class:
    """Registers a class, so that Keras finds it for a saved model.

    Args:
        cls: A layer, model, loss, metric, optimizer or schedule with `get_config`.

    Returns:
        The class, registered as `keras_mlp>Name`.

    Example:

    ```python
    import keras
    import keras_mlp

    dense = keras_mlp.layers.Dense
    assert keras.saving.get_registered_name(dense) == "keras_mlp>Dense"
    ```
    """
    registered: Class = keras.saving.register_keras_serializable("keras_mlp")(cls)
    return registered
