"""Which Keras the tests run on, where that changes what they can expect."""

import keras

KERAS = tuple(int(part) for part in keras.__version__.split(".")[:2])
