"""Networks that are trained together are what they are alone."""

import logging

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_validate

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


@keras.saving.register_keras_serializable(package="tests")
class Own(keras.optimizers.SGD):
    """What its step is, nobody knows."""


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


@pytest.mark.long_after(1)
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
    result = fit_folds(
        estimator, X, y, cv=cv, sample_weight=WEIGHTS, return_train_score=True
    )
    parts = result["indices"]
    assert [len(test) for test in parts["test"]] == [38, 37, 37, 37]
    for number, (train, test) in zip(range(4), cv.split(X), strict=True):
        np.testing.assert_array_equal(parts["train"][number], train)
        np.testing.assert_array_equal(parts["test"][number], test)
    (train, test), together = (parts["train"][2], parts["test"][2]), result["estimator"]
    alone = clone(estimator).fit(X[train], y[train], WEIGHTS[train])
    np.testing.assert_allclose(outputs(together[2]), outputs(alone), atol=1e-5)
    for name, rows in (("test_score", test), ("train_score", train)):
        assert result[name][2] == pytest.approx(alone.score(X[rows], y[rows]), abs=1e-5)
    assert not np.allclose(outputs(together[1]), outputs(together[2]), atol=1e-3)
    if isinstance(estimator, MLPClassifier):
        for name, values in alone.history_.items():
            np.testing.assert_allclose(together[2].history_[name], values, atol=1e-5)
        # The state of the optimizer is there, too.
        for one in (alone, together[2]):
            one.partial_fit(X[train], y[train])
        np.testing.assert_allclose(outputs(together[2]), outputs(alone), atol=1e-5)


def test_several_seeds_and_scores():
    estimator = MLPClassifier((4,), batch_size=32, epochs=2)
    scoring = ["accuracy", "neg_log_loss"]
    options = {"cv": KFold(2, shuffle=True, random_state=0), "scoring": scoring}
    result = fit_folds(estimator, X[:60], y[:60], random_states=[5, 1], **options)
    assert [each.random_state for each in result["estimator"]] == [5, 5, 1, 1]
    assert not hasattr(estimator, "model_")
    theirs = cross_validate(
        estimator.set_params(random_state=1),
        X[:60],
        y[:60],
        return_estimator=True,
        return_indices=True,
        **options,
    )
    assert result.keys() == theirs.keys()
    for name in scoring:
        np.testing.assert_allclose(
            result[f"test_{name}"][2:], theirs[f"test_{name}"], atol=1e-5
        )
    with pytest.raises(ValueError, match=r"`random_states` must hold.*\[\]"):
        fit_folds(estimator, X, y, random_states=[])


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


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"optimizer": "adafactor"}, "optimizer Adafactor"),
        ({"optimizer": Own(0.1), "learning_rate": None}, "optimizer Own"),
    ],
)
def test_what_cannot_be_together_is_trained_in_turn(options, reason, caplog):
    estimator = MLPClassifier(**{**SMALL, "epochs": 1, **options})
    with caplog.at_level(logging.WARNING, "keras_mlp"):
        result = fit_folds(estimator, X, y, cv=2)
    assert [reason in record.getMessage() for record in caplog.records] == [True]
    train = result["indices"]["train"][1]
    alone = estimator.fit(X[train], y[train])
    np.testing.assert_array_equal(outputs(result["estimator"][1]), outputs(alone))


def test_folds_that_diverge_say_what_helps():
    with pytest.raises(ValueError, match=r"MLPRegressor diverged.* Pass a lower one"):
        fit_folds(
            MLPRegressor(optimizer="sgd", learning_rate=1e30, **SMALL), X, y, cv=3
        )


def test_other_estimators_are_refused():
    with pytest.raises(ValueError, match="`estimator` must be one of keras_mlp"):
        fit_folds(LogisticRegression(), X, y)
