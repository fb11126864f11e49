import numpy as np
import pytest

import keras_mlp
from keras_mlp import data, report

RANDOM = np.random.default_rng(0)
COUNT = 60


def with_gaps(values, missing):
    values = list(values)
    return [missing if i % 7 == 3 else value for i, value in enumerate(values)]


COLUMNS = {
    "standard": (RANDOM.normal(1990, 20, COUNT), data.NumberColumn(scaling="standard")),
    "robust": (
        with_gaps(RANDOM.lognormal(3, 2, COUNT), np.nan),
        data.NumberColumn(scaling="robust"),
    ),
    "quantile": (
        np.round(RANDOM.exponential(4, COUNT)),
        data.NumberColumn(scaling="quantile"),
    ),
    "plain": (RANDOM.normal(size=COUNT), data.NumberColumn(scaling="none")),
    "boolean": (RANDOM.integers(0, 2, COUNT) > 0, data.BooleanColumn()),
    "colour": (
        with_gaps(RANDOM.choice(["red", "green", "blue"], COUNT), ""),
        data.CategoryColumn(encoding="one_hot"),
    ),
    "town": (
        with_gaps([f"town {i}" for i in RANDOM.integers(0, 20, COUNT)], ""),
        data.CategoryColumn(encoding="embedding", embedding_dim=3),
    ),
    "day": (
        with_gaps([f"20{i % 30:02}-0{i % 9 + 1}-1{i % 10}" for i in range(COUNT)], ""),
        data.DateColumn(),
    ),
    "moment": (
        [f"1969-12-{i % 27 + 1:02}T{i % 24:02}:30:{i % 60:02}" for i in range(COUNT)],
        data.DateColumn(),
    ),
}
TABLE = {name: np.asarray(values) for name, (values, _) in COLUMNS.items()}
TARGETS = {
    "classification": RANDOM.choice(["yes", "no", "perhaps"], COUNT),
    "regression": RANDOM.normal(4000, 900, COUNT),
}


def rows(table):
    """Each row as JSON has it."""
    return [
        {
            name: None if values[i] != values[i] else values[i].item()
            for name, values in table.items()
        }
        for i in range(COUNT)
    ]


@pytest.mark.parametrize("task", TARGETS)
def test_rows_of_a_table(task, outputs, browser, tmp_path):
    preprocessing = data.TabularPreprocessing({n: c for n, (_, c) in COLUMNS.items()})
    options = {"preprocessing": preprocessing, "seed": 0}
    if task == "classification":
        names = ["no", "perhaps", "yes"]
        model = keras_mlp.models.MLPClassifier(3, [8], class_names=names, **options)
        model.adapt(TABLE)
    else:
        model = keras_mlp.models.MLPRegressor(1, [8], **options)
        model.adapt(TABLE, TARGETS[task])
    model.compile()
    model.fit(TABLE, TARGETS[task], epochs=1, verbose=0)
    wanted = model.predict(TABLE, verbose=0)
    path = report.play(
        model, tmp_path / "play.html", (TABLE, TARGETS[task]), target="answer"
    )
    found = outputs(path, rows(TABLE))
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
    # A label for each column, and its answer where one is changed.
    said = "document.querySelector('.verdict').textContent"
    before = browser.evaluate(said)
    labels = browser.evaluate(
        "[...document.querySelectorAll('.fields label > span:first-child')]"
        ".map(x => x.textContent)"
    )
    assert labels == list(COLUMNS)
    browser.evaluate(
        "(() => { const x = document.querySelector('.fields input'); x.value = x.max;"
        " x.dispatchEvent(new Event('input')); })()"
    )
    assert browser.evaluate(said) != before


def test_an_unknown_category_is_unknown(outputs, tmp_path):
    model = keras_mlp.models.MLPClassifier(
        2, [], preprocessing=data.TabularPreprocessing(), seed=0
    )
    table = {"colour": np.array(["red", "green"])}
    model.adapt(table)
    model.compile()
    model.fit(table, np.array([0, 1]), epochs=1, verbose=0)
    asked = {"colour": np.array(["purple", ""])}
    path = report.play(model, tmp_path / "play.html", (table, np.array([0, 1])))
    found = outputs(path, [{"colour": "purple"}, {"colour": None}])
    wanted = model.predict(asked, verbose=0)
    assert abs(wanted[0] - wanted[1]).max() > 1e-3
    np.testing.assert_allclose(found, wanted, atol=1e-6)
