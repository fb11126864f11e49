"""Networks that are trained together are what they are alone."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from keras_mlp.sklearn import (
    MLPClassifier,
    MLPRegressor,
    RealMLPClassifier,
    RealMLPRegressor,
    TabMClassifier,
    TabMRegressor,
    fit_folds,
)

X, y = load_iris(return_X_y=True)
# So that one fold is larger than the others.
X, y = X[:-1], y[:-1]
SMALL = {"hidden_units": (8,), "epochs": 4, "batch_size": 32, "random_state": 0}
WEIGHTS = 1.0 + np.arange(len(y)) % 2

CASES = {
    "early": MLPClassifier(
        **{**SMALL, "epochs": 30}, early_stopping=True, tol=0.05, n_iter_no_change=1
    ),
    "realmlp": RealMLPClassifier(**SMALL),
    "clipped": TabMRegressor(ensemble_size=2, patience=1, **SMALL),
    # Not Adam: before a batch normalization the gradients of biases are but rounding.
    "regressor": MLPRegressor(
        dropout=0.3, normalization="batch", optimizer="sgd", learning_rate=0.1, **SMALL
    ),
    "realmlp numbers": RealMLPRegressor("td-s", **SMALL),
    "tabm": TabMClassifier("mini", ensemble_size=2, **SMALL),
}
FAST = ("early", "realmlp")


def outputs(estimator):
    predict = getattr(estimator, "predict_proba", estimator.predict)
    return predict(X)


@pytest.mark.parametrize(
    "estimator",
    [
        pytest.param(one, id=name, marks=[] if name in FAST else pytest.mark.long)
        for name, one in CASES.items()
    ],
)
def test_each_fold_is_as_if_fitted_alone(estimator):
    # Of four folds, three are of one size.
    cv = KFold(4, shuffle=True, random_state=0)
    folds = fit_folds(estimator, X, y, cv=cv, sample_weight=WEIGHTS)
    assert [len(fold.test) for fold in folds] == [38, 37, 37, 37]
    for fold, (train, test) in zip(folds[:2], cv.split(X), strict=False):
        np.testing.assert_array_equal(fold.train, train)
        np.testing.assert_array_equal(fold.test, test)
    train = folds[2].train
    alone = clone(estimator).fit(X[train], y[train], WEIGHTS[train])
    np.testing.assert_allclose(outputs(folds[2].estimator), outputs(alone), atol=1e-5)
    assert not np.allclose(
        outputs(folds[1].estimator), outputs(folds[2].estimator), atol=1e-3
    )
    if isinstance(estimator, MLPClassifier):
        for name, values in alone.history_.items():
            np.testing.assert_allclose(
                folds[2].estimator.history_[name], values, atol=1e-5
            )
        # The state of the optimizer is there, too.
        for one in (alone, folds[2].estimator):
            one.partial_fit(X[train], y[train])
        np.testing.assert_allclose(
            outputs(folds[2].estimator), outputs(alone), atol=1e-5
        )


def test_the_members_of_an_ensemble_are_trained_together():
    options = {**SMALL, "hidden_units": (4,)}
    several = RealMLPRegressor("td-s", n_ens=2, **options).fit(X, y)
    alone = RealMLPRegressor("td-s", **options).fit(X, y)
    np.testing.assert_allclose(
        several.models_[0].predict(X, verbose=0),
        alone.models_[0].predict(X, verbose=0),
        atol=1e-5,
    )
    assert several.histories_[0]["val_loss"] == pytest.approx(
        alone.histories_[0]["val_loss"], abs=1e-5
    )


def test_folds_that_diverge_say_what_helps():
    with pytest.raises(ValueError, match=r"MLPRegressor diverged.* Pass a lower one"):
        fit_folds(
            MLPRegressor(optimizer="sgd", learning_rate=1e30, **SMALL), X, y, cv=3
        )


def test_other_estimators_are_refused():
    with pytest.raises(ValueError, match="`estimator` must be one of keras_mlp"):
        fit_folds(LogisticRegression(), X, y)
