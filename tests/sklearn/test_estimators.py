"""What the checks of scikit-learn leave open."""

import pickle
import sys
import warnings

import keras
import numpy as np
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_score,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import keras_mlp
from keras_mlp.sklearn import MLPClassifier, MLPRegressor
from keras_mlp.sklearn.examples import divided
from keras_mlp.training.execution.programs.traced_step import TracedStep

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
# What both share is tried with the classifier; `scripts/test --long` tries it twice.
both = pytest.mark.parametrize(
    ("make", "X", "y"),
    [
        pytest.param(*CASES["classifier"], id="classifier"),
        pytest.param(*CASES["regressor"], id="regressor", marks=pytest.mark.long),
    ],
)


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


def test_later_fits_use_the_programs_of_earlier_ones(monkeypatch):
    """In a search over seeds, and with the same results."""
    traced = []
    trace = TracedStep.__init__

    def counting(self, *args, **kwargs):
        traced.append(self)
        trace(self, *args, **kwargs)

    monkeypatch.setattr(TracedStep, "__init__", counting)
    X, y = load_iris(return_X_y=True)
    options = {"epochs": 30, "dropout": 0.2, "early_stopping": True}
    fitted = []
    for seed in (0, 1, 0):
        before = len(traced)
        fitted.append(MLPClassifier((9,), random_state=seed, **options).fit(X, y))
        fitted[-1].traced = len(traced) - before
    first, other, again = fitted
    assert (first.traced, again.traced) == (2, 0)
    assert first.history_ == again.history_ != other.history_
    for one, same in zip(
        first.model_.get_weights(), again.model_.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, same)
    # What they share is theirs no more than its own network is another's.
    first.partial_fit(X, y)
    assert not np.array_equal(first.predict_proba(X), again.predict_proba(X))


@pytest.mark.long
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
    for _ in range(3):
        estimator.partial_fit(X, y)
    assert estimator.model_ is first
    losses = estimator.history_["loss"]
    assert len(losses) == 4
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


def test_rates_by_group_and_label_smoothing():
    still = [{"match": "bias", "learning_rate": 0}]
    optimizer = keras_mlp.optimizers.ParameterGroups("sgd", still)
    estimator = clone(classifier(optimizer=optimizer, label_smoothing=0.2))
    X, y = IRIS
    model = estimator.fit(X, y).model_
    assert model.label_smoothing == model.loss.label_smoothing == 0.2
    assert float(model.optimizer.learning_rate) == 0.5
    kernel, bias = model.trainable_variables[:2]
    assert not bias.numpy().any()
    assert kernel.numpy().any()


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


def test_features_of_an_encoder():
    letters = np.array([["a"], ["b"], ["c"]] * 20)
    pipeline = make_pipeline(OneHotEncoder(), classifier(epochs=30))
    assert pipeline.fit(letters, letters[:, 0]).score(letters, letters[:, 0]) == 1.0


@both
@pytest.mark.parametrize(
    "kind",
    [
        sparse.csr_array,
        pytest.param(sparse.csc_matrix, marks=pytest.mark.long),
        pytest.param(sparse.coo_array, marks=pytest.mark.long),
    ],
)
def test_sparse_features_train_like_dense_ones(make, X, y, kind):
    X = np.where(np.median(X, axis=0) < X, X, 0)
    counts = np.arange(len(y)) % 3
    options = {"early_stopping": True, "epochs": 3}
    dense = make(**options).fit(X, y, sample_weight=counts)
    thin = make(**options).fit(kind(X), y, sample_weight=counts)
    np.testing.assert_array_equal(outputs(thin, X), outputs(dense, X))
    np.testing.assert_array_equal(outputs(thin, kind(X)), outputs(dense, X))
    for estimator, inputs in ((thin, kind(X)), (dense, X)):
        estimator.partial_fit(inputs, y)
    np.testing.assert_array_equal(outputs(thin, X), outputs(dense, X))


def test_many_rows_are_predicted_in_parts():
    X, y = IRIS
    estimator = classifier(epochs=1).fit(X, y)
    many = np.tile(X, (120, 1))
    # Equal as float32; the probabilities are computed from them in float64.
    np.testing.assert_allclose(
        outputs(estimator, many), np.tile(outputs(estimator, X), (120, 1)), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("counts", "trained"),
    [
        ((60, 39, 1), 90),
        pytest.param((7, 7, 6), 18, marks=pytest.mark.long),
        pytest.param((9, 1), 9, marks=pytest.mark.long),
    ],
)
def test_early_stopping_with_classes_that_cannot_be_divided(counts, trained):
    y = np.repeat(np.arange(len(counts)), counts)
    X = np.eye(len(counts))[y]
    estimator = classifier(early_stopping=True, epochs=60, n_iter_no_change=60)
    # scikit-learn's own trains, too.
    theirs = TheirClassifier((8,), early_stopping=len(counts) > 2, max_iter=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X, y)
    estimator.fit(X, y)
    # One example of each class is trained on at least: it is learnt.
    np.testing.assert_array_equal(estimator.predict(X), y)
    examples, held_out = divided((X, y, None), 0.1, np.random.RandomState(0), strata=y)
    assert [len(examples[1]), len(held_out[1])] == [trained, len(y) - trained]
    assert np.unique(examples[1]).tolist() == list(range(len(counts)))


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 0.99, np.nan, "0.1", 5])
def test_validation_fraction_that_leaves_nothing(fraction):
    with pytest.raises(ValueError, match="`validation_fraction` must be"):
        classifier(early_stopping=True, validation_fraction=fraction).fit(*IRIS)


def test_log_of_probabilities():
    X, y = IRIS
    for chosen in (slice(0, 100), slice(0, 150)):
        estimator = classifier(epochs=20).fit(X[chosen], y[chosen])
        np.testing.assert_allclose(
            estimator.predict_log_proba(X),
            np.log(estimator.predict_proba(X)),
            rtol=1e-6,
        )
        # Where the probability itself is rounded to 0.
        far = estimator.predict_log_proba(X * 1e5)
        assert np.isfinite(far).all()
        assert far.min() < -1000


@pytest.mark.parametrize(
    "weights",
    [
        {0: -1.0, 1: 1.0, 2: 1.0},
        {0: np.nan},
        {0: np.inf},
        {0: "heavy"},
        {"setosa": 2.0},
        {0: 1.0, 7: 2.0},
        "even",
        [1.0, 2.0, 3.0],
        3,
    ],
)
def test_class_weights_that_are_none(weights):
    message = r"Argument `class_weight.* Received: class_weight"
    with pytest.raises(ValueError, match=message):
        classifier(class_weight=weights).fit(*IRIS)
    with pytest.raises(ValueError, match=message):
        classifier(class_weight=weights).partial_fit(*IRIS, classes=[0, 1, 2])


@both
@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_sample_weights_that_are_none(make, X, y, weight):
    weights = np.ones(len(y))
    weights[3] = weight
    with pytest.raises(ValueError, match="sample_weight"):
        make().fit(X, y, sample_weight=weights)


def test_class_weights_for_a_class_that_a_part_lacks():
    X, y = IRIS
    weights = {0: 1.0, 1: 2.0, 2: 3.0}
    estimator = classifier(class_weight=weights, epochs=1).fit(X[:100], y[:100])
    assert estimator.classes_.tolist() == [0, 1]
    online = classifier(class_weight={1: 2.0}).partial_fit(X[:50], y[:50], [0, 1, 2])
    assert len(online.history_["loss"]) == 1


@pytest.mark.parametrize("name", ["residual", "standardize", "early_stopping"])
@pytest.mark.parametrize("value", ["no", 0, None, 1.0])
def test_switches_are_switches(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be True or False"):
        classifier(**{name: value}).fit(*IRIS)
    with pytest.raises(ValueError, match=f"`{name}` must be True or False"):
        regressor(**{name: value}).partial_fit(*DIABETES)


def test_switches_of_numpy():
    estimator = classifier(standardize=np.False_, early_stopping=np.True_, epochs=1)
    assert "val_loss" in estimator.fit(*IRIS).history_
    assert estimator.model_.standardization is None


@pytest.mark.parametrize(("make", "X", "y"), [CASES["classifier"]], ids=["classifier"])
def test_what_is_pickled_is_plain(make, X, y):
    # So that skops can write it, which knows arrays and the types of Python.
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    estimator = make(optimizer=optimizer, learning_rate=None, epochs=1).fit(X, y)
    plain = (
        str,
        bytes,
        int,
        float,
        bool,
        type(None),
        np.ndarray,
        np.random.RandomState,
    )

    def check(value):
        if isinstance(value, dict):
            value = [*value, *value.values()]
        if isinstance(value, (list, tuple)):
            for each in value:
                check(each)
        else:
            assert isinstance(value, plain), value

    check(estimator.__getstate__())
    copy = make()
    copy.__setstate__(estimator.__getstate__())
    np.testing.assert_array_equal(outputs(copy, X), outputs(estimator, X))
    assert copy.optimizer.get_config() == optimizer.get_config()


@both
def test_metadata_are_routed(make, X, y):
    weights = np.arange(len(y)) % 2
    with config_context(enable_metadata_routing=True):
        asking = make(epochs=1).set_fit_request(sample_weight=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=True))
        pipeline.steps.append(("last", asking))
        pipeline.fit(X, y, sample_weight=weights)
        scaled = pipeline[0].transform(X)
    alone = make(epochs=1).fit(scaled, y, sample_weight=weights)
    np.testing.assert_array_equal(outputs(pipeline, X), outputs(alone, scaled))


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
