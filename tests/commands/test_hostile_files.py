"""Commands on runs and images that came from strangers: one line, no traceback."""

import json
import shutil
import zipfile

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.cli import main

RECORD = {
    "recipe": "digits",
    "dataset": "mnist_5k",
    "data": {"image_shape": [28, 28, 1], "class_names": list("0123456789")},
    "seed": 0,
    "hyperparameters": {"hidden_units": [4]},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that was not trained, but looks like one that was."""
    directory = tmp_path_factory.mktemp("hostile") / "run"
    directory.mkdir()
    recipe = keras_mlp.recipes.get("digits").replace(hidden_units=(4,))
    model = recipe.model()
    model.optimizer.build(model.trainable_variables)
    model.save(directory / "model.keras")
    (directory / "run.json").write_text(json.dumps(RECORD))
    pixels = np.full((28, 28, 1), 9)
    keras.utils.save_img(directory / "image.png", pixels, scale=False)
    return directory


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def commands(run):
    return (
        ["evaluate", run],
        ["evaluate", run / "model.keras"],
        ["predict", run, run / "image.png"],
        ["export", run],
    )


def assert_one_line(capfd, command, expected):
    capfd.readouterr()
    status = main([str(word) for word in command])
    captured = capfd.readouterr()
    assert (status, captured.out) == (2, ""), command
    lines = captured.err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"keras-mlp {command[0]}: ")
    assert expected in lines[0]
    assert len(lines[0]) < 1200


def test_the_run_is_right_otherwise(run, capfd):
    for command in commands(run):
        assert main([str(word) for word in command]) == 0, command


def write_lambda(path):
    layer = keras.layers.Lambda(lambda inputs: inputs)
    keras.Sequential([keras.Input((784,)), layer]).save(path)


def write_outside(path):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../outside", "x")


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


def empty(path):
    path.write_bytes(b"")


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [write_lambda, write_outside, cut, empty, folder])
def test_model(run, capfd, damage):
    damage(run / "model.keras")
    before = sorted(path.name for path in run.parent.rglob("*"))
    for command in commands(run):
        assert_one_line(capfd, command, f"'{run / 'model.keras'}' must be a model")
    assert sorted(path.name for path in run.parent.rglob("*")) == before


@pytest.mark.parametrize(
    "record",
    [
        [],
        {**RECORD, "format": 99},
        {**RECORD, "recipe": "\x1b[2J"},
        {**RECORD, "data": {**RECORD["data"], "image_shape": [10**6, 10**6, 1]}},
        {**RECORD, "hyperparameters": {"flatten": "no"}},
    ],
)
def test_record(run, capfd, record):
    (run / "run.json").write_text(json.dumps(record))
    for command in commands(run):
        assert_one_line(capfd, command, f"'{run / 'run.json'}' must be the record")


@pytest.mark.parametrize(
    "data",
    [
        {"image_shape": [28, 28, 1], "class_names": ["only"]},
        {"image_shape": [14, 14, 1], "class_names": list("0123456789")},
    ],
)
def test_facts_that_do_not_fit_the_model(run, capfd, data):
    (run / "run.json").write_text(json.dumps({**RECORD, "data": data}))
    for command in commands(run):
        expected = "model" if command[0] == "evaluate" else f"'{run}' must hold a model"
        assert_one_line(capfd, command, expected)


@pytest.fixture(scope="module")
def whole_table(tmp_path_factory):
    """The run of a table that was not trained, but looks like one that was."""
    directory = tmp_path_factory.mktemp("hostile-table") / "run"
    directory.mkdir()
    rows = directory / "rows.csv"
    rows.write_text("x,city,y\n" + "1,Rome,a\n2,Oslo,b\n" * 20)
    recipe = keras_mlp.recipes.get("table").replace(
        dataset=str(rows), target="y", hidden_units=(4,)
    )
    model = recipe.model()
    model.optimizer.build(model.trainable_variables)
    model.save(directory / "model.keras")
    record = {
        "recipe": "table",
        "dataset": recipe.dataset,
        "data": recipe.data_facts(),
        "seed": 0,
        "hyperparameters": recipe.hyperparameters(),
    }
    (directory / "run.json").write_text(json.dumps(record))
    return directory


def table_commands(run):
    return (
        ["evaluate", run],
        ["predict", run, run / "rows.csv", "--out", run / "answers.csv"],
        ["export", run],
    )


def test_the_run_of_a_table_is_right_otherwise(whole_table, tmp_path):
    run = shutil.copytree(whole_table, tmp_path / "run")
    for command in table_commands(run):
        assert main([str(word) for word in command]) == 0, command


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"data": []}, "run.json' must be the record"),
        ({"data": {"columns": ["x"], "class_names": ["\x1b"]}}, "must be the record"),
        ({"data": {"columns": 3, "class_names": None}}, "must be the record"),
        ({"data": {"columns": ["x", "city"]}}, "it lacks 'class_names'"),
        ({"data": {"columns": ["x"], "class_names": ["a", "b"]}}, "other columns"),
        (
            {"data": {"columns": ["x", "city"], "class_names": ["a", "c"]}},
            "other class_names",
        ),
        ({"data": {"columns": ["x", "city"], "class_names": None}}, "class_names"),
        ({"hyperparameters": {"target": 3}}, "must be the record"),
        ({"hyperparameters": {"scaling": "x"}}, "must be the record"),
        ({"hyperparameters": {"test_size": "x"}}, "must be the record"),
    ],
)
def test_record_of_a_table(whole_table, tmp_path, capfd, changes, expected):
    run = shutil.copytree(whole_table, tmp_path / "run")
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**record, **changes}))
    for command in table_commands(run):
        assert_one_line(capfd, command, expected)


@pytest.mark.parametrize(
    "settings",
    [
        {"target": "\x1b[2J"},
        {"columns": ["\x1b[2J"]},
        {"exclude": [1]},
        {"test_size": -3},
        {"batch_size": -1},
    ],
)
def test_settings_of_a_table(whole_table, tmp_path, capfd, settings):
    run = shutil.copytree(whole_table, tmp_path / "run")
    record = json.loads((run / "run.json").read_text())
    record["hyperparameters"].update(settings)
    (run / "run.json").write_text(json.dumps(record))
    assert_one_line(capfd, ["evaluate", run], "keras-mlp evaluate: ")


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff\xe0broken\xff\xd9", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"PK"],
)
def test_image(run, capfd, data):
    (run / "image.png").write_bytes(data)
    assert_one_line(capfd, ["predict", run, run / "image.png"], "a PNG or JPEG image")
