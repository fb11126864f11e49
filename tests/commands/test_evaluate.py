import json
import shutil

import keras
import pytest

import keras_mlp
from keras_mlp.cli import main


@pytest.fixture(scope="module")
def run_directory(digits_run, tmp_path_factory):
    directory = tmp_path_factory.mktemp("evaluate") / "run"
    shutil.copytree(digits_run.directory, directory)
    for name in ("onnx", "litert"):
        assert main(["export", str(directory), "--format", name]) == 0
    return directory


def evaluate(capsys, *arguments):
    """Returns the status, the lines and the figures that are in them."""
    capsys.readouterr()
    status = main(["evaluate", *map(str, arguments)])
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    figures = {
        name.removeprefix("Test "): float(value)
        for name, value in (line.split(": ") for line in lines[1:])
    }
    return status, lines, figures, captured.err.splitlines()


EXPORTS = ("saved_model", "export/model.onnx", "export/model.tflite")


@pytest.mark.long
def test_same_figures_from_each_format(run_directory, capsys):
    record = json.loads((run_directory / "run.json").read_text())
    for name in ("", "model.keras", *EXPORTS):
        status, lines, figures, _ = evaluate(capsys, run_directory / name)
        assert status == 0
        assert lines[0] == (
            "On the 1000 test images of mnist_5k; "
            "the loss is the cross-entropy of the probabilities."
        )
        assert figures == pytest.approx(record["test"], abs=1.1e-4)
    quantized = ("--format", "litert", "--quantize", "int8")
    assert main(["export", str(run_directory), *quantized]) == 0
    _, _, figures, _ = evaluate(capsys, run_directory / "export/model-int8.tflite")
    assert figures["accuracy"] >= record["test"]["accuracy"] - 0.005


def test_outside_of_the_run_its_data_must_be_named(run_directory, capsys, tmp_path):
    _, _, expected, _ = evaluate(capsys, run_directory)
    for name in ("model.keras", *EXPORTS):
        path = tmp_path / name.split("/")[-1]
        if (run_directory / name).is_dir():
            shutil.copytree(run_directory / name, path)
        else:
            shutil.copy(run_directory / name, path)
        status, lines, _, error = evaluate(capsys, path)
        assert (status, lines, len(error)) == (2, [], 1)
        assert "--dataset NAME" in error[0]
        for options in (("--dataset", "mnist_5k"), ("--run", run_directory)):
            _, _, figures, _ = evaluate(capsys, path, *options)
            assert figures == pytest.approx(expected, abs=1.1e-4)


@pytest.mark.long
def test_squared_error_is_that_of_the_recipe(changed_run, capsys):
    record = json.loads((changed_run.directory / "run.json").read_text())
    for name in ("", "saved_model"):
        _, lines, figures, _ = evaluate(capsys, changed_run.directory / name)
        assert "squared error against one-hot labels" in lines[0]
        for figure in ("accuracy", "loss"):
            expected = record["test"][figure]
            assert figures[figure] == pytest.approx(expected, abs=1e-4)


def test_run_of_another_kind(line_run, capsys):
    record = json.loads((line_run.directory / "run.json").read_text())
    status, lines, figures, _ = evaluate(capsys, line_run.directory)
    assert status == 0
    assert lines[0].startswith("On the test examples of noisy_line")
    assert figures == pytest.approx(record["test"], abs=1e-4)
    status, _, _, error = evaluate(capsys, line_run.directory / "saved_model")
    assert status == 2
    assert "Evaluate the run directory itself" in error[0]


def test_mistakes_are_one_line(run_directory, capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("broken.keras", "broken.onnx", "broken.tflite", "notes.txt"):
        (tmp_path / name).write_text("no model")
    small = keras_mlp.Sequential([keras.Input((28 * 28,)), keras_mlp.layers.Dense(3)])
    small.save(tmp_path / "small.keras")
    for name, expected in {
        "absent": "TARGET must exist",
        "empty": "without run.json",
        "broken.keras": "must be a model that Keras has saved",
        "broken.onnx": "must be an exported classifier",
        "broken.tflite": "must be an exported classifier",
        "notes.txt": "a .tflite file or an .onnx file",
        "small.keras": "must name each output",
    }.items():
        status, lines, _, error = evaluate(
            capsys, tmp_path / name, "--dataset", "mnist_5k"
        )
        assert (status, lines, len(error)) == (2, [], 1), name
        assert expected in error[0]
    status, _, _, error = evaluate(capsys, run_directory, "--dataset", "mnsit_5k")
    assert status == 2
    assert "mnist_5k" in error[0]
