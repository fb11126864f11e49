"""Multilayer perceptrons as scikit-learn estimators."""

try:
    import sklearn as _sklearn  # noqa: F401
except ImportError as error:
    raise ImportError(
        "keras_mlp.sklearn needs scikit-learn: pip install 'keras-mlp[sklearn]'"
    ) from error

from keras_mlp.sklearn.fit_folds import fit_folds
from keras_mlp.sklearn.mlp_classifier import MLPClassifier
from keras_mlp.sklearn.mlp_regressor import MLPRegressor
from keras_mlp.sklearn.tabular.realmlp_classifier import RealMLPClassifier
from keras_mlp.sklearn.tabular.realmlp_regressor import RealMLPRegressor
from keras_mlp.sklearn.tabular.tabm_classifier import TabMClassifier
from keras_mlp.sklearn.tabular.tabm_regressor import TabMRegressor

__all__ = [
    "MLPClassifier",
    "MLPRegressor",
    "RealMLPClassifier",
    "RealMLPRegressor",
    "TabMClassifier",
    "TabMRegressor",
    "fit_folds",
]
