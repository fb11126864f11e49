"""Models: `keras.Model` and `keras.Sequential` with the `TapeTrainer`."""

from keras_mlp.models.functional import Functional
from keras_mlp.models.mlp_classifier import MLPClassifier
from keras_mlp.models.model import Model
from keras_mlp.models.sequential import Sequential

__all__ = ["Functional", "MLPClassifier", "Model", "Sequential"]
