"""`keras.Sequential` with the `TapeTrainer` mixed in."""

import keras

from keras_mlp.keras_internals import after_cloning_sequential
from keras_mlp.models.saving import exportable, whole_files
from keras_mlp.models.saving.cloning import copy_as_its_class
from keras_mlp.serializable import serializable
from keras_mlp.training import TapeTrainer


@serializable
class Sequential(TapeTrainer, keras.Sequential):
    """A stack of layers, called in order.

    `keras.Sequential` in every respect, trained by `TapeTrainer.train_step`; files are
    written in one step.

    Args:
        layers: List of layers, or `None` to grow the model with `add`.
        trainable: Whether the model's weights are updated. Defaults to `True`.
        name: Name of the model.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.Sequential([
        keras.Input((784,)),
        keras_mlp.layers.Dense(512, activation="relu"),
        keras_mlp.layers.Dense(10),
    ])
    assert model.count_params() == 407_050
    ```
    """

    export = exportable.export
    save = whole_files.save
    save_weights = whole_files.save_weights
    load_weights = whole_files.load_weights


after_cloning_sequential(copy_as_its_class)
