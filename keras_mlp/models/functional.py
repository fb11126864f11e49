"""What `keras_mlp.Model(inputs, outputs)` makes."""

from typing import Any

from keras_mlp.keras_internals import KerasFunctional
from keras_mlp.models.model import Model
from keras_mlp.serializable import serializable


@serializable
class Functional(Model, KerasFunctional):
    """A graph of layers, trained by `TapeTrainer.train_step`.

    `keras_mlp.Model(inputs, outputs)` makes it; there is no need to name it.

    Args:
        inputs: `keras.Input`, or a structure of them.
        outputs: The output, or a structure of outputs.
        name: Name of the model.
        **kwargs: `trainable`.

    Example:

    ```python
    import keras
    import keras_mlp

    inputs = keras.Input((4,))
    model = keras_mlp.Model(inputs, keras_mlp.layers.Dense(2)(inputs))
    assert isinstance(model, keras_mlp.models.Functional)
    assert isinstance(model, keras_mlp.Model)
    ```
    """

    # Keras serializes the graph of a class whose constructor takes its arguments in a
    # way that it knows. This is the one that Keras 3.12 to 3.15 have in common.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        KerasFunctional.__init__(self, *args, **kwargs)


Model._functional_class = Functional
