"""Has `keras.models.clone_model` copy our Sequential models as what they are."""

from typing import Any

import keras

from keras_mlp.training import TapeTrainer


def copy_as_its_class(model: keras.Sequential, stock: keras.Sequential) -> keras.Model:
    """Returns what `keras.models.clone_model` gives for a Sequential model.

    Keras makes a `keras.Sequential`, whatever the class of the model was. A model that
    the `TapeTrainer` trains shall have a copy that it trains too.

    Args:
        model: The model that is cloned.
        stock: The copy that Keras made.

    Returns:
        A model of the layers of `stock`: of the class of `model`, or where that has a
        constructor of its own, of the nearest class above that takes layers. `stock`
        itself for a model of Keras'.
    """
    if not isinstance(model, TapeTrainer):
        return stock
    classes: Any = type(model).__mro__
    takes_layers = next(
        cls for cls in classes if cls.__init__ is keras.Sequential.__init__
    )
    # The inputs of a Keras model know their `InputLayer`, with its name and dtype.
    inputs = stock.inputs if stock.built else []
    copy = takes_layers([*inputs, *stock.layers], name=stock.name)
    copy.trainable = model.trainable
    if model.compiled:
        copy.compile_from_config(model.get_compile_config())
    return copy
