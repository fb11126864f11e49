"""RealMLP and TabM as estimators: what they add to models and other estimators."""

import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax
from sklearn.base import clone

from keras_mlp import data
from keras_mlp.layers import PiecewiseLinearEmbedding
from keras_mlp.sklearn import RealMLPClassifier, RealMLPRegressor, TabMRegressor
from keras_mlp.sklearn.temperature import best_temperature

pandas = pytest.importorskip("pandas")

ROWS = 120
QUICK = {"hidden_units": (8,), "epochs": 3, "random_state": 0}


def frame():
    random = np.random.default_rng(0)
    age = random.normal(40, 12, ROWS)
    age[::9] = np.nan
    city = random.choice(["Oslo", "Rome", "Bern"], ROWS).astype(object)
    city[::11] = None
    # More than are one-hot: these are embedded.
    street = random.choice([f"street {number}" for number in range(12)], ROWS)
    return pandas.DataFrame({"age": age, "city": city, "street": street})


FRAME = frame()
BUYS = np.where(FRAME["city"] == "Rome", "yes", "no").astype(object)
NUMBERS = np.random.default_rng(0).normal(size=(ROWS, 3))
TARGETS = np.stack([5 + NUMBERS[:, 0], NUMBERS @ [100.0, -50.0, 0.0]], axis=1)


@pytest.fixture(scope="module")
def classifier():
    """Read only."""
    return RealMLPClassifier("td", n_ens=2, **QUICK).fit(FRAME, BUYS)


@pytest.fixture(scope="module")
def regressor():
    """Read only."""
    return RealMLPRegressor("td-s", **{**QUICK, "epochs": 30}).fit(NUMBERS, TARGETS)


def test_probabilities_are_averaged_and_calibrated(classifier):
    members = [one.predict_proba(FRAME, verbose=0) for one in classifier.models_]
    assert [len(history["val_accuracy"]) for history in classifier.histories_] == [3, 3]
    assert not np.allclose(members[0], members[1], atol=1e-3)
    mean = np.log(np.mean(members, axis=0)) / classifier.temperature_
    expected = np.exp(log_softmax(mean, axis=1))
    found = classifier.predict_proba(FRAME)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_log_proba(FRAME), np.log(found))
    assert classifier.classes_.tolist() == ["no", "yes"]
    np.testing.assert_array_equal(
        classifier.predict(FRAME), classifier.classes_[found.argmax(axis=1)]
    )
    assert classifier.feature_names_in_.tolist() == ["age", "city", "street"]


def test_it_does_not_depend_on_what_else_draws_numbers(classifier):
    keras.utils.set_random_seed(7)
    again = clone(classifier)
    assert not hasattr(again, "model_")
    again.set_params(random_state=np.random.RandomState(0)).fit(FRAME, BUYS)
    for one, other in zip(
        again.models_[0].weights, classifier.models_[0].weights, strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_pickled_and_saved_it_answers_alike(classifier, tmp_path):
    expected = classifier.predict_proba(FRAME)
    copy = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(copy.predict_proba(FRAME), expected)
    classifier.model_.save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        model.predict_proba(FRAME, verbose=0), expected, atol=1e-6
    )


def test_the_export_takes_raw_columns(classifier, tmp_path):
    classifier.export(tmp_path / "model")
    served = tf.saved_model.load(tmp_path / "model")
    rows = FRAME[:20]
    answers = served.serve(
        {
            "age": tf.constant(rows["age"], tf.float32),
            "city": tf.constant(rows["city"].fillna("").tolist()),
            "street": tf.constant(rows["street"].tolist()),
        }
    )
    np.testing.assert_allclose(
        answers["probabilities"], classifier.predict_proba(rows), atol=1e-6
    )
    assert [name.decode() for name in answers["classes"].numpy()] == list(
        classifier.predict(rows)
    )


def test_several_numbers_are_predicted_in_their_units(regressor):
    assert regressor.predict(NUMBERS).shape == (ROWS, 2)
    assert regressor.score(NUMBERS, TARGETS) > 0.8
    [member] = regressor.models_
    np.testing.assert_allclose(
        regressor.predict(NUMBERS), member.predict(NUMBERS, verbose=0), rtol=1e-5
    )


@pytest.mark.long
def test_tabm_stops_when_nothing_gets_better():
    embedding = PiecewiseLinearEmbedding(4, bins=8)
    estimator = TabMRegressor(
        ensemble_size=2,
        hidden_units=(8,),
        embedding=embedding,
        learning_rate=0.1,
        patience=1,
        random_state=0,
    )
    estimator.fit(NUMBERS, TARGETS)
    [history] = estimator.histories_
    errors = history["val_root_mean_squared_error"]
    # After more than one epoch without progress.
    assert len(errors) < 1000
    assert np.argmin(errors) == len(errors) - 3
    [network] = estimator.models_
    assert network.ensemble_size == 2
    # It is learnt by the network's own.
    assert not embedding.built
    copy = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(copy.predict(NUMBERS), estimator.predict(NUMBERS))
    keras.utils.set_random_seed(7)
    again = clone(estimator).fit(NUMBERS, TARGETS)
    np.testing.assert_array_equal(again.predict(NUMBERS), estimator.predict(NUMBERS))
    assert copy.embedding.get_config() == embedding.get_config()


def test_a_weight_of_zero_is_as_good_as_left_out(regressor):
    more = np.concatenate([np.full((5, 3), 1e6), NUMBERS])
    targets = np.concatenate([np.full((5, 2), -1e6), TARGETS])
    weights = np.arange(ROWS + 5) >= 5
    again = clone(regressor).fit(more, targets, sample_weight=weights)
    np.testing.assert_allclose(
        again.predict(NUMBERS), regressor.predict(NUMBERS), rtol=1e-4
    )


def test_the_temperature_is_that_of_the_least_loss():
    random = np.random.default_rng(0)
    numbers = random.integers(0, 3, 500)
    logits = 8 * random.normal(size=(500, 3)) + 8 * np.eye(3)[numbers]
    found = best_temperature(logits, numbers)

    def loss(temperature):
        probabilities = log_softmax(logits / temperature, axis=1)
        return -probabilities[np.arange(500), numbers].mean()

    others = np.exp(np.linspace(-3, 3, 301))
    losses = [loss(other) for other in others]
    assert loss(found) == pytest.approx(min(losses), rel=1e-3)
    assert found == pytest.approx(others[np.argmin(losses)], rel=0.05)
    # What counts twice is as good as there twice.
    counts = np.arange(500) % 3
    assert best_temperature(logits, numbers, counts) == pytest.approx(
        best_temperature(logits.repeat(counts, 0), numbers.repeat(counts)), rel=1e-2
    )
    # Answers that are all right make nobody all sure.
    sure = best_temperature(np.eye(3)[numbers], numbers)
    assert 0.05 < sure < 0.5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_ens": 0}, "`n_ens` must be a positive integer"),
        ({"epochs": 1.5}, "`epochs` must be a positive integer"),
        ({"variant": "large"}, "`variant` must be"),
        ({"calibrate": "yes"}, "`calibrate` must be True or False"),
        ({"learning_rate": "high"}, "`learning_rate` must be"),
        ({"dropout": 1.0}, "`dropout` must be"),
        ({"label_smoothing": 2.0}, "`label_smoothing` must be"),
        ({"validation_fraction": 0}, "`validation_fraction` must be .* Received"),
        ({"validation_fraction": 0.999}, "`validation_fraction` must be"),
        ({"preprocessing": "none"}, "`preprocessing` must be 'auto'"),
        ({"preprocessing": data.TabularPreprocessing(["wage"])}, r"\['wage'\]"),
        ({"preprocessing": None}, "could not convert"),
        ({"class_weight": {"perhaps": 2.0}}, "`class_weight"),
        ({"verbose": 3}, "`verbose` must be"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(options, said):
    with pytest.raises(ValueError, match=said):
        RealMLPClassifier(**{**QUICK, **options}).fit(FRAME, BUYS)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"patience": 0}, "`patience` must be a positive integer"),
        ({"ensemble_size": 0}, "must be a positive integer"),
        ({"scaling": "robust"}, "`scaling` must be"),
        ({"variant": "td"}, "`variant` must be"),
    ],
    ids=str,
)
def test_wrong_arguments_of_tabm_are_named(options, said):
    with pytest.raises(ValueError, match=said):
        TabMRegressor(**{**QUICK, **options}).fit(NUMBERS, TARGETS)
