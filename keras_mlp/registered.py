"""What registers classes with Keras, so that a saved model can be loaded."""

from keras_mlp import requirements

# Before anything that uses Keras is imported.
requirements.require_tensorflow()

import keras_mlp.data.preprocessing  # noqa: E402, F401
from keras_mlp import (  # noqa: E402, F401
    callbacks,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    training,
)
