"""Estimators on data frames with text, dates and gaps."""

import copy
import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from keras_mlp import data
from keras_mlp.sklearn import MLPClassifier, MLPRegressor

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

ROWS = 120


def columns(rows=ROWS, seed=0):
    random = np.random.default_rng(seed)
    age = random.normal(40, 12, rows)
    age[::9] = np.nan
    city = random.choice(["Oslo", "Rome", "Bern"], rows)
    days = np.datetime64("2024-01-01") + random.integers(0, 300, rows)
    return {
        "age": age,
        "city": [None if n % 11 == 0 else str(c) for n, c in enumerate(city)],
        "day": days.astype("datetime64[ms]"),
        "member": random.integers(0, 2, rows).astype(bool),
    }


TABLE = columns()
FRAME = pandas.DataFrame(TABLE)
BUYS = np.where(FRAME["city"] == "Rome", "yes", "no").astype(object)
RENT = np.where(FRAME["city"] == "Rome", 100.0, 500.0) + FRAME["age"].fillna(40)
KINDS = np.array(["a", "b", "c"])[np.arange(ROWS) % 3]


def classifier(**options):
    return MLPClassifier((8,), **{"epochs": 10, "random_state": 0, **options})


def regressor(**options):
    return MLPRegressor((8,), **{"epochs": 10, "random_state": 0, **options})


@pytest.fixture(scope="module")
def fitted():
    """Read only."""
    return classifier().fit(FRAME, BUYS)


def test_frames_of_pandas_and_polars(fitted):
    other = classifier().fit(polars.DataFrame(TABLE), BUYS)
    expected = fitted.predict_proba(FRAME)
    np.testing.assert_array_equal(
        other.predict_proba(polars.DataFrame(TABLE)), expected
    )
    assert fitted.feature_names_in_.tolist() == list(TABLE)
    assert fitted.n_features_in_ == 4
    assert set(fitted.predict(FRAME)) <= {"yes", "no"}
    # What is told by one column alone is learnt.
    assert classifier(epochs=60, learning_rate=0.01).fit(FRAME, BUYS).score(
        FRAME, BUYS
    ) == pytest.approx(1.0, abs=0.02)


def test_numbers_are_predicted_in_their_units():
    model = regressor(epochs=100, learning_rate=0.01).fit(FRAME, RENT)
    assert model.score(FRAME, RENT) > 0.95
    assert model.predict(FRAME).shape == (ROWS,)
    both = regressor().fit(FRAME, np.stack([RENT, -RENT], axis=1))
    assert both.predict(FRAME[:7]).shape == (7, 2)


def test_pipelines_and_cross_validation(fitted):
    without_day = FunctionTransformer(lambda frame: frame.drop(columns="day"))
    pipeline = make_pipeline(without_day, classifier()).fit(FRAME, BUYS)
    alone = classifier().fit(FRAME.drop(columns="day"), BUYS)
    np.testing.assert_array_equal(
        pipeline.predict(FRAME), alone.predict(FRAME[["age", "city", "member"]])
    )
    scores = cross_val_score(
        classifier(epochs=60, learning_rate=0.01), FRAME, BUYS, cv=2
    )
    assert scores.min() > 0.8


@pytest.mark.long
def test_a_search_over_the_preprocessing():
    choices = [
        data.TabularPreprocessing(["age"]),
        data.TabularPreprocessing(["city"]),
    ]
    search = GridSearchCV(
        classifier(epochs=60, learning_rate=0.01), {"preprocessing": choices}, cv=2
    )
    search.fit(FRAME[["age", "city"]], BUYS)
    assert search.best_params_["preprocessing"].columns == {"city": None}
    assert list(search.best_estimator_.model_.preprocessing.columns) == ["city"]
    # What was passed is copied before it is adapted.
    assert not any(choice.is_adapted for choice in choices)


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda estimator: pickle.loads(pickle.dumps(estimator))],
    ids=["deepcopy", "pickle"],
)
def test_copies_answer_alike(fitted, copied):
    other = copied(fitted)
    np.testing.assert_array_equal(
        other.predict_proba(FRAME), fitted.predict_proba(FRAME)
    )
    with pytest.raises(ValueError, match="feature names"):
        other.predict(FRAME.rename(columns={"age": "years"}))


def test_clone_and_parameters():
    layer = data.TabularPreprocessing(scaling="quantile")
    estimator = classifier(preprocessing=layer)
    assert estimator.get_params()["preprocessing"] is layer
    other = clone(estimator.fit(FRAME, BUYS))
    assert not hasattr(other, "model_")
    chosen = other.get_params()["preprocessing"]
    assert chosen.get_config()["scaling"] == "quantile"
    assert not chosen.is_adapted
    np.testing.assert_array_equal(
        other.fit(FRAME, BUYS).predict_proba(FRAME), estimator.predict_proba(FRAME)
    )
    estimator.set_params(preprocessing="auto").fit(FRAME, BUYS)
    assert estimator.model_.preprocessing.scaling == "auto"


def test_a_complete_preprocessing_is_taken_as_it_is():
    layer = data.TabularPreprocessing()
    layer.adapt(FRAME)
    estimator = classifier(preprocessing=layer).fit(FRAME[:60], BUYS[:60])
    used = estimator.model_.preprocessing
    assert used is not layer
    assert used.columns == layer.columns


def test_partial_fit(fitted):
    model = classifier()
    for start in (0, 60):
        rows = slice(start, start + 60)
        model.partial_fit(FRAME[rows], BUYS[rows], classes=["no", "yes"])
    assert len(model.history_["loss"]) == 2
    # Text of later rows may be new.
    new = FRAME[:20].assign(city="Paris")
    model.partial_fit(new, BUYS[:20])
    assert model.predict(new).shape == (20,)
    with pytest.raises(ValueError, match="feature names"):
        model.partial_fit(FRAME[["age", "city"]], BUYS)


def test_a_weight_of_zero_is_as_good_as_left_out():
    weights = np.ones(ROWS)
    weights[:30] = 0
    # These rows alone hold a category, and the largest number.
    frame = FRAME.copy()
    frame.loc[:29, "city"] = "Paris"
    frame.loc[0, "age"] = 1e6
    weighted = regressor().fit(frame, RENT, sample_weight=weights)
    without = regressor().fit(frame[30:], RENT[30:])
    np.testing.assert_allclose(
        weighted.predict(FRAME), without.predict(FRAME), rtol=1e-5
    )
    assert "Paris" not in weighted.model_.preprocessing.columns["city"].vocabulary


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="day"), "feature names.*missing:\n- day"),
        (lambda frame: frame.assign(zip=1), "names unseen.*\n- zip"),
        (lambda frame: frame[frame.columns[::-1]], "must be in the same order"),
        (lambda frame: frame.assign(age="old"), "'age' must hold numbers.*'old'"),
        (lambda frame: frame.to_numpy(), "data frame or a dictionary of columns"),
    ],
    ids=["missing", "surplus", "order", "kind", "array"],
)
@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_wrong_frames_are_named(fitted, change, said):
    for use in (fitted.predict, fitted.predict_proba):
        with pytest.raises(ValueError, match=f"(?s){said}"):
            use(change(FRAME))


@pytest.mark.parametrize(
    ("options", "frame", "said"),
    [
        ({"preprocessing": "none"}, FRAME, "must be 'auto', a TabularPreprocessing"),
        (
            {"preprocessing": data.TabularPreprocessing()},
            np.ones((ROWS, 2)),
            "Pass a data frame",
        ),
        ({"preprocessing": None}, FRAME, "could not convert|NaN|float"),
        (
            {"preprocessing": data.TabularPreprocessing(["wage"])},
            FRAME,
            r"without \['wage'\]",
        ),
        ({}, FRAME[:10], "inconsistent numbers of samples"),
    ],
    ids=["word", "array", "no preprocessing", "column", "rows"],
)
def test_wrong_arguments_are_named(options, frame, said):
    with pytest.raises((ValueError, TypeError), match=said):
        classifier(**options).fit(frame, BUYS)


def test_a_frame_of_numbers_is_what_it_was_before():
    random = np.random.default_rng(0)
    numbers = random.normal(size=(60, 3)).astype("float32")
    targets = random.normal(size=60)
    frame = pandas.DataFrame(numbers, columns=["a", "b", "c"])
    of_frame = regressor().fit(frame, targets)
    of_array = regressor(preprocessing=None).fit(numbers, targets)
    np.testing.assert_array_equal(of_frame.predict(frame), of_array.predict(numbers))
    assert of_frame.model_.preprocessing is None
    # A gap makes it a table.
    frame.loc[3, "a"] = np.nan
    assert "a" in regressor().fit(frame, targets).model_.preprocessing.columns


SERVED = """
import json, sys
sys.modules["keras"] = None
import tensorflow as tf
found = {}
for directory in sys.argv[1:]:
    served = tf.saved_model.load(directory)
    columns = json.load(open(f"{directory}/signature.json"))["columns"]
    rows = json.load(open("rows.json"))
    inputs = {c["name"]: tf.constant(rows[c["name"]], c["dtype"]) for c in columns}
    answers = served.serve(inputs)
    found[directory] = {
        name: [one.decode() for one in a.numpy()] if a.dtype == "string"
        else a.numpy().tolist() for name, a in answers.items()
    }
assert "keras_mlp" not in sys.modules
json.dump(found, sys.stdout)
"""


@pytest.mark.long
def test_exports_are_served_without_this_package(fitted, tmp_path):
    prices = regressor().fit(FRAME, RENT)
    frame = pandas.DataFrame(
        np.random.default_rng(0).normal(size=(ROWS, 2)), columns=["age", "member"]
    )
    numbers = classifier().fit(frame, KINDS)
    plain = regressor().fit(frame.to_numpy(), RENT)
    rows = {
        "age": [31.5, float("nan"), 50.0],
        "city": ["Rome", "", "Paris"],
        "day": ["2024-05-01", "", "2024-06-01T12:00:00"],
        "member": [1.0, 0.0, 1.0],
    }
    rows["x0"], rows["x1"] = ([0.1, 0.2, 0.3], rows["member"])
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    for name, one in {
        "buys": fitted,
        "rent": prices,
        "kinds": numbers,
        "plain": plain,
    }.items():
        one.export(tmp_path / name)
    finished = subprocess.run(
        [sys.executable, "-c", SERVED, "buys", "rent", "plain"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(finished.stdout)
    asked = pandas.DataFrame({n: rows[n] for n in TABLE})
    np.testing.assert_allclose(
        found["buys"]["probabilities"], fitted.predict_proba(asked), atol=1e-5
    )
    assert found["buys"]["classes"] == fitted.predict(asked).tolist()
    np.testing.assert_allclose(
        found["rent"]["predictions"], prices.predict(asked), rtol=1e-5
    )
    features = np.stack([rows["x0"], rows["x1"]], axis=1)
    np.testing.assert_allclose(
        found["plain"]["predictions"], plain.predict(features), rtol=1e-5
    )
    about = json.loads((tmp_path / "kinds" / "signature.json").read_text())
    assert [column["name"] for column in about["columns"]] == ["age", "member"]
    assert about["classes"] == ["a", "b", "c"]
    with pytest.raises(FileExistsError):
        fitted.export(tmp_path / "buys")
    fitted.export(tmp_path / "buys", overwrite=True)
