import json
from pathlib import Path

import pytest

from keras_mlp import recipes
from keras_mlp.cli import main
from keras_mlp.recipes.recipe import Figure
from keras_mlp.recipes.runs.reproduce import Reproduction, markdown_table


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_table_is_printed_and_written(capsys):
    names = ["linear-regression", "sequential-toy", "sequential-conv"]
    assert main(["reproduce", *names, "--seeds", "2", "--out", "ours"]) == 0
    output = capsys.readouterr().out
    record = json.loads(Path("ours/reproduction.json").read_text())
    assert record["seeds"] == [0, 1]
    assert len(record["figures"]) == sum(len(recipes.get(n).figures) for n in names)
    assert {figure["verdict"] for figure in record["figures"]} == {"reproduced"}
    slope = record["figures"][0]
    assert (slope["recipe"], slope["figure"], slope["published"]) == (
        "linear-regression",
        "w",
        "3",
    )
    assert len(slope["values"]) == 2
    assert slope["mean"] == pytest.approx(sum(slope["values"]) / 2)
    table = Path("ours/reproduction.md").read_text().splitlines()
    assert table[0].startswith("| recipe | figure | published | ours: mean |")
    assert len(table) == 2 + len(record["figures"])
    assert "linear-regression, seed 1: w 3.0" in output
    assert output.count("reproduced") == len(record["figures"])
    assert output.endswith(f"Results: {Path('ours').absolute()}/\n")
    again = ["reproduce", "sequential-toy", "--seeds", "1", "--out", "again"]
    assert main([*again, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.pop("run") == str(Path("again").absolute())
    assert found == json.loads(Path("again/reproduction.json").read_text())


def test_other_data_gets_no_verdict_but_a_trace(capsys):
    assert (
        main(["reproduce", "mnist-mlp", "--dataset", "mnist_5k", "--seeds", "1"]) == 0
    )
    directory = Path("reproduction/run-1")
    record = json.loads((directory / "reproduction.json").read_text())
    assert {figure["verdict"] for figure in record["figures"]} == {
        "not compared: mnist_5k"
    }
    assert (directory / "trace-mnist-mlp.png").exists()


def test_missing_data_offers_the_embedded_images(capsys, tmp_path):
    status = main(["reproduce", "mnist-mlp", "--data-dir", str(tmp_path)])
    lines = capsys.readouterr().err.splitlines()
    assert status == 2
    assert len(lines) == 1
    assert "asks for the data set 'mnist'" in lines[0]
    assert "--dataset mnist_5k" in lines[0]
    assert not Path("reproduction").exists()


@pytest.mark.parametrize(
    ("values", "verdict"), [((1.0, 3.0), "reproduced"), ((1.0, 4.0), "differs")]
)
def test_verdict_is_about_the_mean(values, verdict):
    row = Reproduction(
        recipe="r",
        dataset="d",
        figure=Figure(name="f", measure=float, published="2", low=1.5, high=2.2),
        values=values,
        comparable=True,
    )
    assert row.verdict == verdict
    assert row.row()[-1] == verdict
    assert markdown_table([row]).count("\n") == 3


def test_what_is_no_number_is_not_reproduced():
    row = Reproduction(
        recipe="r",
        dataset="d",
        figure=Figure(name="f", measure=float, low=0.0),
        values=(float("nan"),),
        comparable=True,
    )
    assert row.verdict == "differs"
