import csv
import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.cli import main
from keras_mlp.data.idx import write_idx
from keras_mlp.data.preparing.offline import prepare


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_run_directory_holds_everything(digits_run):
    mine = digits_run.directory
    assert {path.name for path in mine.iterdir()} == {
        "run.json",
        "history.csv",
        "model.keras",
        "saved_model",
        "history.png",
        "predictions.png",
        "confused.png",
        "digit.png",
        "hidden.png",
        "network.png",
        "weights.png",
        "report.html",
    }
    record = json.loads((mine / "run.json").read_text())
    assert record["recipe"] == "digits"
    assert record["dataset"] == "mnist_5k"
    assert record["seed"] == 3
    assert record["versions"]["keras"] == keras.__version__
    assert record["hyperparameters"]["epochs"] == 4
    assert record["hyperparameters"]["hidden_units"] == [256, 128]
    assert set(record["history"]) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    assert record["seconds_per_epoch"] > 0
    with open(mine / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == [str(epoch) for epoch in range(1, 5)]
    assert [float(row["loss"]) for row in rows] == record["history"]["loss"]

    test = keras_mlp.data.load("mnist_5k", "test", 1000)
    model = keras.saving.load_model(mine / "model.keras")
    again = model.evaluate(test, return_dict=True, verbose=0)
    assert again == pytest.approx(record["test"], rel=1e-5)
    images, labels = next(iter(test))
    served = tf.saved_model.load(mine / "saved_model")
    accuracy = np.mean(np.argmax(served.serve(images), axis=1) == labels.numpy())
    assert accuracy == pytest.approx(record["test"]["accuracy"], abs=1e-6)

    assert f"Test accuracy: {record['test']['accuracy']:.4f}" in digits_run.output
    assert f"Results: {mine}/\n" in digits_run.output
    assert f"Report: {mine / 'report.html'}\n" in digits_run.output
    assert f" {(mine / 'report.html').as_uri()}\n" in digits_run.output
    page = (mine / "report.html").read_text()
    assert page.count("data:image/png;base64,") == len(list(mine.glob("*.png")))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_digits_reaches_its_accuracy_on_the_embedded_data(seed):
    recipe = keras_mlp.recipes.get("digits")
    outcome = keras_mlp.recipes.train(recipe, seed, verbose=0)
    assert outcome.test["accuracy"] >= 0.93


@pytest.mark.long
def test_same_seed_same_bits_and_runs_are_numbered(digits_run):
    # As if one had been written before.
    Path("runs/digits-mnist_5k-1").mkdir(parents=True)
    Path("runs/digits-mnist_5k-1/run.json").touch()
    assert main(["train", *digits_run.arguments]) == 0
    again = Path("runs/digits-mnist_5k-2")
    weights = [
        keras.saving.load_model(run / "model.keras").get_weights()
        for run in (digits_run.directory, again)
    ]
    for one, two in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, two)
    histories = [run / "history.csv" for run in (digits_run.directory, again)]
    assert histories[0].read_bytes() == histories[1].read_bytes()


def test_settings_can_be_changed(changed_run):
    record = json.loads((changed_run.directory / "run.json").read_text())
    assert record["dataset"] == "mnist_5k"
    settings = record["hyperparameters"]
    assert settings["batch_size"] == 500
    assert settings["learning_rate"] == 0.1
    assert settings["optimizer"] == "sgd"
    assert (changed_run.directory / "trace.png").exists()


@pytest.fixture
def small_set(tmp_path):
    """Names a data set of few images, and where it is."""
    source = tmp_path / "source"
    source.mkdir()
    random = np.random.default_rng(0)
    for split in ("train", "t10k"):
        images = random.integers(0, 256, (50, 28, 28), dtype="uint8")
        write_idx(source / f"{split}-images-idx3-ubyte", images)
        labels = np.arange(50, dtype="uint8") % 10
        write_idx(source / f"{split}-labels-idx1-ubyte", labels)
    prepare("kmnist", source, tmp_path / "tfds")
    return "--dataset", "kmnist", "--data-dir", str(tmp_path / "tfds")


@pytest.mark.long
def test_regression_and_autoencoder_have_pictures_of_their_own(
    line_run, train, small_set
):
    assert (line_run.directory / "line.png").exists()
    assert (line_run.directory / "parameters.png").exists()
    directory = train("conv-autoencoder", *small_set, "--epochs", "1").directory
    assert (directory / "reconstructions.png").exists()
    record = json.loads((directory / "run.json").read_text())
    report = (directory / "report.html").read_text()
    assert f"and is {record['test']['loss']:.4f} after it" in report


def error_of(capsys, *arguments):
    """Runs the command, which must fail, and returns its one line."""
    before = sorted(Path().rglob("*"))
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert sorted(Path().rglob("*")) == before
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["train", "digist"], "Did you mean 'digits'?"),
        (["train", "nothing-like-it"], "Use one of: digits, mnist-mlp-raw"),
        (["train", "--dataset", "mnst_5k"], "Did you mean 'mnist_5k'"),
        (["train", "--epochs", "0"], "whole number of at least 1. Received: 0"),
        (["train", "--epochs", "2.5"], "whole number of at least 1. Received: 2.5"),
        (["train", "--batch-size", "-1"], "whole number of at least 1. Received: -1"),
        (["train", "--seed", "-1"], "whole number of at least 0. Received: -1"),
        (["train", "--learning-rate", "nan"], "a number above 0. Received: nan"),
        (["train", "--learning-rate", "0"], "a number above 0. Received: 0"),
        (["train", "--optimizer", "adm"], "Did you mean 'adam'?"),
        (["train", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["train", "--eopchs", "3"], "Did you mean '--epochs'?"),
        (["train", "--normalization", "bach"], "Did you mean 'batch'?"),
        (["trian"], "keras-mlp: COMMAND must be one of train, list"),
        (["trian"], "Received: trian. Did you mean 'train'?"),
        (["train", "sequential-toy"], "keras-mlp reproduce sequential-toy"),
        (["train", "linear-regression", "--dataset", "mnist"], "'noisy_line'"),
        (["train", "--out", "/dev/null/run"], "--out must be a directory"),
        (["train", "--out", "/proc/run"], "--out must be writable"),
        ([], "COMMAND"),
    ],
)
def test_mistake_is_one_line_and_status_two(capsys, arguments, expected):
    assert expected in error_of(capsys, *arguments)


def test_nothing_that_exists_is_overwritten(capsys):
    Path("results").mkdir()
    Path("results/notes.txt").write_text("mine")
    assert "new or empty" in error_of(capsys, "train", "--out", "results")
    Path("file").write_text("mine")
    assert "must be a directory" in error_of(capsys, "train", "--out", "file")
    assert Path("results/notes.txt").read_text() == Path("file").read_text() == "mine"


def test_missing_data_set_names_the_remedies(capsys, tmp_path):
    line = error_of(capsys, "train", "--dataset", "mnist", "--data-dir", str(tmp_path))
    for remedy in (
        "TFDS_DATA_DIR",
        "keras-mlp data prepare mnist --from DIR",
        "--dataset mnist_5k",
    ):
        assert remedy in line


def test_missing_picture_library_is_told_before_the_training(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["train", "linear-regression", "--epochs", "1", "--out", "line"]) == 0
    told = capsys.readouterr().err
    assert told.startswith("keras-mlp train: the report will have no pictures.")
    assert "pip install 'keras-mlp[plot]'" in told
    report = Path("line/report.html").read_text(encoding="utf-8")
    assert "left out" in report
    assert "<img" not in report


def test_results_as_json_and_nothing_else(capsys):
    words = ["linear-regression", "--epochs", "2", "--out", "line"]
    assert main(["train", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    record = json.loads(Path("line/run.json").read_text())
    for name in ("recipe", "dataset", "seed", "test", "seconds_per_epoch"):
        assert found[name] == record[name]
    assert found["run"] == str(Path("line").absolute())
    assert Path(found["report"]).is_file()
    # Of a run that is complete, too.
    assert main(["train", "--resume", "--out", "line", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert main(["evaluate", "line", "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert evaluated["test"] == pytest.approx(record["test"], rel=1e-5)
    assert main(["evaluate", "line", "--quiet"]) == 0
    assert capsys.readouterr().out == f"Test loss: {record['test']['loss']:.4f}\n"


def test_quiet_leaves_the_results(capsys):
    words = ["linear-regression", "--epochs", "1", "--out", "line"]
    assert main(["train", *words, "--quiet"]) == 0
    names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert names[:-1] == ["Test loss", "Seconds per epoch", "Results", "Report"]


@pytest.mark.long
def test_tensorboard_gets_its_files(capsys, monkeypatch):
    words = ["train", "linear-regression", "--epochs", "1"]
    assert main([*words, "--out", "line", "--tensorboard"]) == 0
    logs = Path("line/tensorboard")
    assert f"tensorboard --logdir {logs.absolute()}" in capsys.readouterr().out
    assert list(logs.glob("train/events.out.tfevents.*"))
    assert main([*words, "--out", "second", "--tensorboard", "logs"]) == 0
    assert list(Path("logs").glob("train/events.out.tfevents.*"))
    capsys.readouterr()
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    line = error_of(capsys, *words, "--tensorboard")
    assert (
        "--tensorboard needs tensorboard: pip install 'keras-mlp[tensorboard]'" in line
    )


def test_interruption_is_one_line_and_leaves_no_empty_directory(capsys, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(keras_mlp.Model, "fit", interrupt)
    assert main(["train", "--out", "stopped"]) == 130
    assert capsys.readouterr().err == "keras-mlp train: interrupted\n"
    assert not Path("stopped").exists()


def test_command_shows_its_error_and_nothing_else(tmp_path):
    # As a process of its own: TensorFlow writes to standard error at its import.
    result = subprocess.run(
        [sys.executable, "-m", "keras_mlp", "train", "digist"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "keras-mlp train: `name` must be the name of a recipe. "
        "Received: name='digist'. Did you mean 'digits'?"
    ]


def test_a_shorter_training_is_said_to_be_one_before_and_after(changed_run):
    before, _, after = changed_run.output.partition("8/8 - ")
    assert "What to expect: mnist_5k has 4,000 training images" in before
    # Eight batches of 500; ten epochs of 469 batches are documented.
    assert "8 steps are taken, and 4,690 are documented" in before
    assert "Not the documented training: " in after
    report = (changed_run.directory / "report.html").read_text()
    assert "Not the documented training: " in report
    assert "4,690" in report


def test_the_loss_of_the_last_batch_is_no_result(changed_run):
    record = json.loads((changed_run.directory / "run.json").read_text())
    assert set(record["test"]) == {"accuracy", "loss"}
    assert "batch_loss" in record["history"]
    assert "Test batch_loss" not in changed_run.output
