"""The plan, the arithmetic, resuming and the report of `scripts/measure_tables`."""

import dataclasses
import json
import math
import os
import re
import sys

import numpy as np
import pandas as pd
import pytest
from measuring_tables import run as running
from measuring_tables import worker
from measuring_tables.chart import draw_chart
from measuring_tables.comparison import (
    complete_errors,
    is_as_good,
    mean_and_standard_error,
    mean_ranks,
    mean_seconds,
    share_as_good,
)
from measuring_tables.fits import Fit, run_fit
from measuring_tables.plan import CONTESTANTS, QUICK_TABLES, make_plan
from measuring_tables.report import make_report
from measuring_tables.tables import TABLES, error_of, load_split

from keras_mlp.commands.command_error import CommandError


@pytest.fixture
def directory(tmp_path):
    """Tables with nothing in them, but for a small one in the place of penguins."""
    tables = tmp_path / "tables"
    tables.mkdir()
    for name in TABLES:
        (tables / f"{name}.csv.gz").touch()
    species = np.array(["Adelie", "Chinstrap", "Gentoo"])[np.arange(60) % 3]
    frame = pd.DataFrame(
        {
            "island": np.where(np.arange(60) % 3 == 1, "NA", "None"),
            "bill": np.arange(60) % 3 + np.linspace(0, 0.5, 60),
            "species": species,
        }
    )
    frame.loc[[4, 9], ["bill"]] = np.nan
    frame.loc[7, "island"] = None
    frame.to_csv(tables / "penguins.csv.gz", index=False)
    return str(tables)


def made_up_fits():
    """Errors of two tables, three splits: LightGBM failed once, CatBoost is behind."""
    errors = {
        ("ames", "xgboost"): [10, 12, 14],
        ("ames", "lightgbm"): [11, 12, 14],
        ("ames", "catboost"): [20, 21, 25],
        ("churn", "xgboost"): [0.1, 0.2, 0.3],
        ("churn", "lightgbm"): [0.1, None, 0.3],
        ("churn", "catboost"): [0.1, 0.2, 0.3],
    }
    fits = []
    for (table, contestant), of_splits in errors.items():
        for split, error in enumerate(of_splits):
            what = {"table": table, "split": split, "contestant": contestant}
            found = {"failed": "no more memory"}
            if error is not None:
                found = {"error": error, "fit_seconds": 2.0 + split}
            fits.append(what | found | {"seconds": 5.0})
    return fits


def test_fits_are_planned_split_by_split(directory):
    plan = make_plan(
        directory, tables=["ames", "churn"], contestants=["xgboost", "mlp"]
    )
    assert len(plan.fits) == 5 * 2 * 2
    assert [fit.key for fit in plan.fits[:5]] == [
        ("ames", 0, "xgboost"),
        ("ames", 0, "mlp"),
        ("churn", 0, "xgboost"),
        ("churn", 0, "mlp"),
        ("ames", 1, "xgboost"),
    ]
    assert len({fit.key for fit in plan.fits}) == len(plan.fits)


def test_the_usual_plans_are_as_long_as_they_are_said_to_be(directory):
    def hours(plan):
        return (
            sum(plan.seconds(c, t) for c in plan.contestants for t in plan.tables)
            / 3600
        )

    whole, quick = make_plan(directory), make_plan(directory, quick=True)
    assert [table.name for table in whole.tables] == list(TABLES)
    assert [table.name for table in quick.tables] == list(QUICK_TABLES)
    assert whole.contestants == quick.contestants
    assert hours(whole) < 4
    assert hours(quick) < 1 / 3
    text = quick.describe()
    assert all(CONTESTANTS[name].title in text for name in quick.contestants)
    assert all(table.name in text for table in quick.tables)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: DIRECTORY"),
        (["nowhere"], "DIRECTORY must hold ames.csv.gz. Received: 'nowhere'"),
        (["nowhere", "--tables", "iris"], "--tables must name some of ames, .*'iris'"),
        (["nowhere", "--contestants", "me"], "--contestants must name .*'me'"),
        (["nowhere", "--splits", "0"], "--splits: must be a positive integer.*'0'"),
    ],
)
def test_a_mistake_in_the_arguments_is_one_line(
    arguments, message, monkeypatch, capsys
):
    from measuring_tables.__main__ import main

    monkeypatch.setattr(sys, "argv", ["measure_tables", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("scripts/measure_tables: ")
    assert re.search(message, line)


def test_a_split_is_the_same_for_all_and_has_as_many_of_each_class(directory):
    split = load_split(directory, TABLES["penguins"], 3)
    again = load_split(directory, TABLES["penguins"], 3)
    pd.testing.assert_frame_equal(split.train, again.train)
    assert not split.train.equals(load_split(directory, TABLES["penguins"], 4).train)
    assert np.bincount(split.test_targets).tolist() == [6, 6, 6]
    assert len(split.train) == 42
    # "None" and "NA" are names of islands; what is empty is missing.
    islands = pd.concat([split.train, split.test])["island"]
    assert sorted(islands.cat.categories) == ["NA", "None"]
    assert islands.isna().sum() == 1
    fewer = load_split(directory, TABLES["penguins"], 3, most_rows=12)
    assert np.bincount(fewer.train_targets).tolist() == [4, 4, 4]
    pd.testing.assert_frame_equal(fewer.test, split.test)


def test_an_error_is_a_share_or_a_root():
    column = np.array([[0], [1], [1], [0]])
    assert error_of(TABLES["churn"], column, np.array([0, 1, 0, 0])) == 0.25
    assert error_of(TABLES["ames"], np.array([1.0, 5.0]), np.array([1.0, 2.0])) == (
        pytest.approx(math.sqrt(4.5))
    )


def test_means_ranks_and_who_is_as_good():
    names = ["xgboost", "lightgbm", "catboost"]
    fits = made_up_fits()
    errors = complete_errors(fits, names)
    mean, standard_error = mean_and_standard_error(errors["ames"]["xgboost"])
    assert (mean, standard_error) == (12, pytest.approx(2 / math.sqrt(3)))
    # On ames 1, 2, 3; on churn the two others share the first two.
    assert mean_ranks(errors) == {"xgboost": 1.25, "lightgbm": 2.5, "catboost": 2.25}
    # It is behind by a third, as much as the standard error of the differences.
    assert is_as_good([11, 12, 14], [10, 12, 14])
    assert not is_as_good([11, 13, 15], [10, 12, 14])
    assert share_as_good(errors, "xgboost", "catboost") == (2, 2)
    assert share_as_good(errors, "catboost", "xgboost") == (1, 2)
    assert share_as_good(errors, "lightgbm", "catboost") == (1, 2)
    assert mean_seconds(fits, "lightgbm", "churn") == 3.0
    assert mean_seconds(fits, "mlp") is None
    # Splits that one has not been through count for none.
    later = [
        fit for fit in fits if (fit["split"], fit["contestant"]) != (2, "catboost")
    ]
    assert complete_errors(later, names)["ames"]["xgboost"] == [10, 12]


def test_the_report_and_the_chart(tmp_path, directory):
    plan = make_plan(
        directory,
        tables=["ames", "churn"],
        contestants=["xgboost", "lightgbm", "catboost"],
        splits=3,
    )
    about = {
        "machine": {"processor": "a processor", "cores": 2, "system": "a system"},
        "versions": {"python": "3"},
    }
    results = plan.settings | about | {"fits": made_up_fits()}
    text = make_report(results)
    assert "| XGBoost | 1.25 | **12.0 ± 1.2** | **20.00 ± 5.77** |" in text
    assert "| LightGBM | 2.50 | 12.3 ± 0.9 | failed |" in text
    assert "| splits |  | 3 | 3 |" in text
    assert "| CatBoost | 1 of 2 | 1 of 2 |  |" in text
    assert "| XGBoost | 3.0 | 3.0 |" in text
    assert "- LightGBM, churn, split 1: no more memory" in text
    assert "still to come" not in text
    assert "of its own (cores: 2)" in text
    results["fits"][0]["cores"] = 1
    assert "of its own (cores: 1 or 2)" in make_report(results)
    results["fits"] = results["fits"][:-1]
    assert "| splits |  | 3 | 2 |" in make_report(results)
    assert "1 of 18 fits are still to come" in make_report(results)
    draw_chart(results, tmp_path / "tables.png")
    assert (tmp_path / "tables.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_that_was_stopped_goes_on(tmp_path, directory, monkeypatch, capsys):
    plan = make_plan(directory, tables=["penguins"], contestants=["mlp"], splits=3)
    out, made = tmp_path / "out", []

    def fit(what, cores):
        assert 1 <= len(cores) <= 2
        if len(made) == 1:
            raise KeyboardInterrupt
        made.append(what.split)
        return {"error": 0.5, "fit_seconds": 1.0}

    monkeypatch.setattr(running, "run_fit", fit)
    with pytest.raises(KeyboardInterrupt):
        running.run(plan, str(out))
    assert "2 of 3 fits are still to come" in (out / "tables.md").read_text()
    made.append("stopped")
    running.run(plan, str(out), hours=1e-9)
    assert "hours are over" in capsys.readouterr().out
    running.run(plan, str(out))
    assert made == [0, "stopped", 1, 2]
    results = json.loads((out / "results.json").read_text())
    assert [fit["split"] for fit in results["fits"]] == [0, 1, 2]
    assert "still to come" not in (out / "tables.md").read_text()

    more = make_plan(directory, tables=["ames"], contestants=["mlp"], splits=4)
    running.run(more, str(out), jobs=2)
    assert sorted(made[4:]) == [0, 1, 2, 3]
    results = json.loads((out / "results.json").read_text())
    assert results["tables"] == ["penguins", "ames"]
    assert len(results["fits"]) == 7
    assert "1 of 8 fits are still to come" in (out / "tables.md").read_text()

    other = make_plan(
        directory, tables=["penguins"], contestants=["mlp"], splits=3, most_rows=20
    )
    with pytest.raises(CommandError, match="whose rows are 10,000 at most, not 20"):
        running.run(other, str(out))
    (out / "results.json").write_text("{")
    with pytest.raises(CommandError, match=r"results\.json cannot be read"):
        running.run(plan, str(out))


def test_a_fit_has_a_process_of_its_own(directory, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    found = run_fit(Fit("penguins", 0, "sklearn-mlp", directory))
    assert found["error"] < 0.2
    assert found["fit_seconds"] > 0
    given_up = run_fit(Fit("penguins", 0, "sklearn-mlp", directory), most_seconds=0.01)
    assert given_up == {"failed": "took longer than 0.01 s"}


def test_a_fit_that_fails_says_why(directory, monkeypatch, capsys):
    fit = Fit("penguins", 0, "nobody", directory)
    arguments = json.dumps(dataclasses.asdict(fit) | {"cores": []})
    monkeypatch.setattr(sys, "argv", ["worker", arguments])
    worker.main()
    assert json.loads(capsys.readouterr().out) == {"failed": "KeyError: 'nobody'"}
    with pytest.raises(ValueError, match=r"ames\.csv\.gz cannot be read"):
        load_split(directory, TABLES["ames"], 0)
