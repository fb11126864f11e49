import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from keras_mlp.sklearn import (
    MLPClassifier,
    MLPRegressor,
    RealMLPClassifier,
    RealMLPRegressor,
    TabMClassifier,
    TabMRegressor,
)

# Enough to learn the checks' small problems, and quick to build.
SETTINGS = {"hidden_units": (16,), "epochs": 4, "batch_size": 100, "optimizer": "sgd"}
CLASSIFIER = MLPClassifier(**SETTINGS, learning_rate=0.5)
REGRESSOR = MLPRegressor(**SETTINGS, learning_rate=0.2)


def expected_failed_checks(estimator):
    # `test_weights_are_repetitions` is the same with a tolerance that fits.
    reason = (
        "An example of weight 3 and three copies of it are summed in another order; "
        "the check allows differences of 1e-7, and float32 rounds so already."
    )
    return {
        f"check_sample_weight_equivalence_on_{kind}_data": reason
        for kind in ("dense", "sparse")
    }


@pytest.mark.long_after(12)
@parametrize_with_checks([CLASSIFIER], expected_failed_checks=expected_failed_checks)
def test_checks_of_a_classifier(estimator, check):
    check(estimator)


# What the regressor does not share with the classifier.
@pytest.mark.parametrize(
    "name",
    [
        "check_estimator_sparse_array",
        "check_estimators_partial_fit_n_features",
        "check_fit_idempotent",
        "check_methods_subset_invariance",
        "check_n_features_in_after_fitting",
        "check_parameters_default_constructible",
        "check_regressor_multioutput",
        "check_regressors_int",
        "check_regressors_train",
        "check_sample_weights_shape",
        "check_supervised_y_2d",
        "check_supervised_y_no_nan",
    ],
)
def test_some_checks_of_a_regressor(name):
    getattr(estimator_checks, name)("MLPRegressor", REGRESSOR)


@pytest.mark.long
@parametrize_with_checks([REGRESSOR], expected_failed_checks=expected_failed_checks)
def test_all_checks_of_a_regressor(estimator, check):
    check(estimator)


# Few steps, so that all is soon built and compiled.
SMALL = {"hidden_units": (16,), "epochs": 12, "batch_size": 32}
NETWORKS_FOR_TABLES = [
    RealMLPClassifier("td-s", **SMALL),
    RealMLPRegressor("td-s", **SMALL),
    TabMClassifier("mini", ensemble_size=2, learning_rate=0.05, **SMALL),
    TabMRegressor("mini", ensemble_size=2, learning_rate=0.05, **SMALL),
]


def not_by_what_is_set_aside(estimator):
    reason = (
        "Which examples are set aside depends on how many there are: a weight of 3 and "
        "three copies of an example are trained on different ones."
    )
    return {"check_sample_weight_equivalence_on_dense_data": reason}


@pytest.mark.long
@parametrize_with_checks(
    NETWORKS_FOR_TABLES, expected_failed_checks=not_by_what_is_set_aside
)
def test_all_checks_of_networks_for_tables(estimator, check):
    check(estimator)


# What takes no training, and what they do not share with the other estimators.
@pytest.mark.parametrize(
    "name",
    [
        "check_estimator_sparse_array",
        "check_fit2d_1sample",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
    ],
)
@pytest.mark.parametrize(
    "estimator", NETWORKS_FOR_TABLES, ids=lambda e: type(e).__name__
)
def test_some_checks_of_networks_for_tables(estimator, name):
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)
