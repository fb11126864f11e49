"""Models: `keras.Model` and `keras.Sequential` with the `TapeTrainer`."""

# Registered, so that files of them load.
from keras_mlp.models.averaging.averaged_classifier import (
    AveragedClassifier as _AveragedClassifier,  # noqa: F401
)
from keras_mlp.models.averaging.averaged_regressor import (
    AveragedRegressor as _AveragedRegressor,  # noqa: F401
)
from keras_mlp.models.conv_autoencoder import ConvAutoencoder
from keras_mlp.models.functional import Functional
from keras_mlp.models.linear_regression import LinearRegression
from keras_mlp.models.mlp.mlp_autoencoder import MLPAutoencoder
from keras_mlp.models.mlp.mlp_classifier import MLPClassifier
from keras_mlp.models.mlp.mlp_regressor import MLPRegressor
from keras_mlp.models.model import Model
from keras_mlp.models.realmlp.realmlp_classifier import RealMLPClassifier
from keras_mlp.models.realmlp.realmlp_regressor import RealMLPRegressor
from keras_mlp.models.saving.load_model import ModelFileError, load_model
from keras_mlp.models.sequential import Sequential
from keras_mlp.models.tabm.tabm_classifier import TabMClassifier
from keras_mlp.models.tabm.tabm_regressor import TabMRegressor

__all__ = [
    "ConvAutoencoder",
    "Functional",
    "LinearRegression",
    "MLPAutoencoder",
    "MLPClassifier",
    "MLPRegressor",
    "Model",
    "ModelFileError",
    "RealMLPClassifier",
    "RealMLPRegressor",
    "Sequential",
    "TabMClassifier",
    "TabMRegressor",
    "load_model",
]
