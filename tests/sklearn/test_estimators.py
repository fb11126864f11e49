"""What the checks of scikit-learn leave open."""

import pickle
import sys

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_score,
    train_test_split,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import keras_mlp
from keras_mlp.sklearn import MLPClassifier, MLPRegressor

IRIS = load_iris(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
QUICK = {
    "hidden_units": (8,),
    "epochs": 4,
    "batch_size": 50,
    "optimizer": "sgd",
    "random_state": 0,
}


def classifier(**options):
    return MLPClassifier(**{**QUICK, "learning_rate": 0.5, **options})


def regressor(**options):
    return MLPRegressor(**{**QUICK, "learning_rate": 0.1, **options})


CASES = {"classifier": (classifier, *IRIS), "regressor": (regressor, *DIABETES)}
both = pytest.mark.parametrize(("make", "X", "y"), CASES.values(), ids=CASES)


def outputs(estimator, X):
    predict = getattr(estimator, "predict_proba", estimator.predict)
    return predict(X)


@both
def test_random_state_fixes_every_bit(make, X, y):
    fitted = []
    for random_state in (0, np.random.RandomState(0), 1):
        # Whatever else draws numbers.
        keras.utils.set_random_seed(len(fitted))
        # Dropout and the examples to validate on are drawn as well.
        options = {"dropout": 0.3, "early_stopping": True, "epochs": 2}
        fitted.append(make(random_state=random_state, **options).fit(X, y))
    first, same, other = fitted
    np.testing.assert_array_equal(outputs(first, X), outputs(same, X))
    assert first.history_ == same.history_
    assert not np.array_equal(outputs(first, X), outputs(other, X))


def test_arguments_of_the_constructor_survive_cross_validation():
    # `keras.wrappers` loses what is passed to `fit`: its clones train one epoch.
    estimator = classifier(epochs=7)
    copy = clone(estimator)
    assert copy.get_params() == estimator.get_params()
    assert len(copy.fit(*IRIS).history_["loss"]) == 7
    short, long = (
        cross_val_score(classifier(epochs=epochs), *IRIS, cv=2).mean()
        for epochs in (1, 20)
    )
    assert short < 0.85 < long


def test_grid_search_in_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), classifier(standardize=False))
    search = GridSearchCV(pipeline, {"mlpclassifier__epochs": [1, 20]}, cv=2)
    search.fit(*IRIS)
    assert search.best_params_ == {"mlpclassifier__epochs": 20}
    assert search.best_score_ > 0.85
    assert len(search.best_estimator_[-1].history_["loss"]) == 20


@both
def test_pickled_estimator_predicts_and_trains_on(make, X, y):
    estimator = make().fit(X, y)
    copy = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(outputs(copy, X), outputs(estimator, X))
    for each in (estimator, copy):
        each.partial_fit(X, y)
    # The optimizer's state came along, and so did that of the random numbers.
    np.testing.assert_array_equal(outputs(copy, X), outputs(estimator, X))


@both
def test_the_model_inside_stands_alone(make, X, y, tmp_path):
    estimator = make().fit(X, y)
    estimator.model_.save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(
        model, (keras_mlp.models.MLPClassifier, keras_mlp.models.MLPRegressor)
    )
    predict = getattr(model, "predict_proba", model.predict)
    np.testing.assert_allclose(
        np.squeeze(predict(X, verbose=0)), outputs(estimator, X), rtol=1e-5
    )


@both
def test_partial_fit_goes_on(make, X, y):
    arguments = {"classes": np.unique(y)} if make is classifier else {}
    estimator = make().partial_fit(X, y, **arguments)
    first = estimator.model_
    for _ in range(9):
        estimator.partial_fit(X, y)
    assert estimator.model_ is first
    losses = estimator.history_["loss"]
    assert len(losses) == 10
    assert losses[-1] < losses[0]


def test_partial_fit_takes_classes_that_come_later():
    X, y = IRIS
    estimator = classifier()
    with pytest.raises(ValueError, match="Argument `classes` is needed"):
        estimator.partial_fit(X[:100], y[:100])
    estimator.partial_fit(X[:100], y[:100], classes=[0, 1, 2])
    assert estimator.predict_proba(X).shape == (150, 3)
    estimator.partial_fit(X, y)
    assert len(estimator.history_["loss"]) == 2
    with pytest.raises(ValueError, match="must hold nothing but the classes"):
        estimator.partial_fit(X, y + 1)
    with pytest.raises(ValueError, match="must be those of the first call"):
        estimator.partial_fit(X, y, classes=[0, 1])


@both
def test_early_stopping_keeps_the_best_epoch(make, X, y):
    estimator = make(epochs=100, early_stopping=True, n_iter_no_change=2, tol=0)
    losses = estimator.fit(X, y).history_["val_loss"]
    assert len(losses) < 100
    assert np.argmin(losses) == len(losses) - 3
    _, rows = train_test_split(
        np.arange(len(y)),
        test_size=0.1,
        stratify=y if make is classifier else None,
        random_state=np.random.RandomState(0),
    )
    best = estimator.model_.evaluate(X[rows], y[rows], verbose=0, batch_size=100)
    assert best == pytest.approx(min(losses), rel=1e-5)


def test_progress_is_more_than_the_tolerance():
    options = {"early_stopping": True, "tol": 10.0, "n_iter_no_change": 2}
    estimator = classifier(epochs=50, **options).fit(*IRIS)
    # Nothing is progress of 10: the first epoch, then the patience.
    assert len(estimator.history_["loss"]) == 3


@both
def test_weights_are_repetitions(make, X, y):
    counts = np.random.default_rng(0).integers(0, 4, len(y))
    options = {"batch_size": 2000, "epochs": 10}
    weighted = make(**options).fit(X, y, sample_weight=counts)
    repeated = make(**options).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(
        outputs(weighted, X), outputs(repeated, X), rtol=1e-3, atol=1e-4
    )
    scaled = make(**options).fit(X, y, sample_weight=counts * 50.0)
    np.testing.assert_allclose(
        outputs(weighted, X), outputs(scaled, X), rtol=1e-3, atol=1e-4
    )


def test_class_weight():
    X, y = IRIS
    few = np.r_[0:50, 50:100, 100:105]
    options = {"batch_size": 2000, "epochs": 10}
    counts = np.bincount(y[few])
    balanced = classifier(**options, class_weight="balanced").fit(X[few], y[few])
    weights = {label: len(few) / (3 * count) for label, count in enumerate(counts)}
    by_class = classifier(**options, class_weight=weights).fit(X[few], y[few])
    by_example = classifier(**options).fit(
        X[few], y[few], sample_weight=[weights[label] for label in y[few]]
    )
    for other in (by_class, by_example):
        np.testing.assert_allclose(
            outputs(balanced, X), outputs(other, X), rtol=1e-4, atol=1e-6
        )
    plain = classifier(**options).fit(X[few], y[few])
    assert outputs(balanced, X)[:, 2].mean() > outputs(plain, X)[:, 2].mean()
    with pytest.raises(ValueError, match='class_weight="balanced"'):
        balanced.partial_fit(X, y)


def test_names_of_classes_and_two_classes():
    X, y = IRIS
    names = np.array(["setosa", "versicolor"])[y[:100]]
    estimator = classifier(epochs=10).fit(X[:100], names)
    assert estimator.classes_.tolist() == ["setosa", "versicolor"]
    assert estimator.model_.num_classes == 1
    assert estimator.score(X[:100], names) == 1.0
    probabilities = estimator.predict_proba(X[:100])
    assert probabilities.shape == (100, 2)
    np.testing.assert_array_equal(
        estimator.predict(X[:100]), estimator.classes_[probabilities.argmax(axis=1)]
    )


def test_several_targets():
    X, y = DIABETES
    both_targets = np.stack([y, -2 * y], axis=1)
    estimator = regressor(epochs=20).fit(X, both_targets)
    assert estimator.predict(X).shape == (442, 2)
    assert estimator.score(X, both_targets) > 0.4


def test_options_reach_the_model():
    estimator = classifier(
        hidden_units=(6, 6),
        activation="tanh",
        dropout=0.25,
        normalization="layer",
        residual=True,
        gate="glu",
        kernel_regularizer=keras.regularizers.L2(0.1),
        optimizer=keras.optimizers.SGD(0.5, momentum=0.9),
        learning_rate=None,
        epochs=1,
    )
    # Objects of Keras are copied with the rest.
    estimator = pickle.loads(pickle.dumps(clone(estimator)))
    model = estimator.fit(*IRIS).model_
    assert model.hidden_units == [6, 6]
    assert (model.dropout, model.gate, model.residual) == (0.25, "glu", True)
    assert model.activation is keras.activations.tanh
    assert float(model.kernel_regularizer.l2) == pytest.approx(0.1)
    assert model.optimizer.momentum == 0.9
    assert float(model.optimizer.learning_rate) == 0.5
    assert model.optimizer is not estimator.optimizer
    faster = classifier(learning_rate=0.125, epochs=1).fit(*IRIS).model_
    assert float(faster.optimizer.learning_rate) == 0.125


def test_features_that_are_not_standardised():
    X, y = IRIS
    plain = classifier(standardize=False, epochs=1).fit(X, y)
    assert plain.model_.standardization is None
    scaled = classifier(epochs=1).fit(X, y)
    np.testing.assert_allclose(
        scaled.model_.standardization.mean, X.mean(axis=0), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "`epochs` must be a positive integer"),
        ({"batch_size": 1.5}, "`batch_size` must be a positive integer"),
        ({"hidden_units": (0,)}, "`hidden_units` must be a positive integer"),
        ({"dropout": 1.0}, "`dropout` must be a number"),
        ({"learning_rate": 1e30, "optimizer": "sgd"}, "diverged"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        classifier(**options).fit(*IRIS)


def test_sparse_features_by_way_of_a_dense_encoder():
    letters = np.array([["a"], ["b"], ["c"]] * 20)
    pipeline = make_pipeline(OneHotEncoder(sparse_output=False), classifier(epochs=30))
    assert pipeline.fit(letters, letters[:, 0]).score(letters, letters[:, 0]) == 1.0


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    for name in list(sys.modules):
        if name.startswith("keras_mlp.sklearn"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(keras_mlp, "sklearn", raising=False)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"pip install 'keras-mlp\[sklearn\]'"):
        keras_mlp.sklearn  # noqa: B018
    # Those who do not ask for it are not told.
    exec("from keras_mlp import *", {})


def test_it_is_an_attribute_of_the_package():
    assert keras_mlp.sklearn.MLPClassifier is MLPClassifier
    with pytest.raises(AttributeError, match="has no attribute 'scikit'"):
        keras_mlp.scikit  # noqa: B018
