import json
import os
import shutil
import sys
import zipfile

import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import export
from keras_mlp.cli import main


@pytest.fixture(scope="module")
def run_directory(digits_run, tmp_path_factory):
    directory = tmp_path_factory.mktemp("export") / "run"
    return shutil.copytree(digits_run.directory, directory)


@pytest.fixture(autouse=True)
def _nothing_half_written(run_directory):
    yield
    assert not [path for path in run_directory.rglob(".*")]


def call(capsys, *arguments):
    capsys.readouterr()
    status = main([str(one) for one in arguments])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err.splitlines()


def test_train_writes_the_saved_model_that_reads_images(run_directory):
    served = tf.saved_model.load(run_directory / "saved_model")
    assert set(served.signatures) == {
        *("serve", "serving_default", "serve_images", "serve_encoded")
    }
    images, labels = next(
        iter(keras_mlp.data.load("mnist_5k", "test", 1000, flatten=False, scale=False))
    )
    answers = served.serve_images(tf.cast(images, "uint8"))
    accuracy = np.mean(answers["class_index"].numpy() == labels.numpy())
    record = json.loads((run_directory / "run.json").read_text())
    assert accuracy == pytest.approx(record["test"]["accuracy"], abs=1e-6)
    names = [name.decode() for name in answers["class_name"].numpy()]
    assert names == [str(index) for index in answers["class_index"].numpy()]


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    ("options", "name", "largest"),
    [
        (("saved_model",), "saved_model", 1e-5),
        (("litert",), "model.tflite", 1e-5),
        (("litert", "--quantize", "float16"), "model-float16.tflite", 1e-2),
        (("litert", "--quantize", "int8"), "model-int8.tflite", 0.2),
        (("onnx",), "model.onnx", 1e-5),
    ],
)
def test_exports_and_measures(run_directory, capsys, options, name, largest):
    status, lines, _ = call(capsys, "export", run_directory, "--format", *options)
    assert status == 0
    path = run_directory / "export" / name
    assert lines[0].startswith(f"Exported: {path} (")
    assert lines[1] == "On the 1000 test images of mnist_5k:"
    measured = dict(line.strip().split(": ") for line in lines[2:])
    record = json.loads((run_directory / "run.json").read_text())
    before = float(measured["accuracy of the run's model"])
    assert before == pytest.approx(record["test"]["accuracy"], abs=1e-4)
    after, lost = measured["accuracy of the export"].split(" ", 1)
    points = float(lost.removeprefix("(").removesuffix(" points lost)"))
    assert points == pytest.approx(100 * (before - float(after)), abs=0.011)
    assert points <= 0.5
    assert float(measured["largest difference of a probability"]) <= largest
    if largest == 1e-5:
        assert measured["other answers than the run's model"] == "0"
    images = np.zeros((2, 28, 28, 1), "uint8")
    assert export.load_predictor(path)(images).shape == (2, 10)


def test_existing_target_is_refused_unless_overwritten(run_directory, tmp_path, capsys):
    out = tmp_path / "digits.tflite"
    out.write_text("mine")
    arguments = ("export", run_directory, "--format", "litert", "--out", out)
    status, lines, error = call(capsys, *arguments)
    assert (status, lines, len(error)) == (2, [], 1)
    assert "which exists; nothing was changed" in error[0]
    assert "--overwrite" in error[0]
    assert out.read_text() == "mine"
    status, _, _ = call(capsys, *arguments, "--overwrite")
    assert status == 0
    assert zipfile.ZipFile(out).read("labels.txt").split()[9] == b"9"
    assert os.listdir(tmp_path) == ["digits.tflite"]


def test_mistakes_are_one_line(run_directory, tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    for arguments, expected in {
        ("--quantize", "int8"): "--quantize is for --format litert",
        ("--out", tmp_path / "file"): "which exists",
        ("--out", tmp_path / "file", "--overwrite"): "something else",
        ("--out", tmp_path / "file" / "digits"): "must lie in a directory",
        ("--out", tmp_path / "missing" / "digits"): "must lie in a directory",
        ("--format", "litert", "--out", tmp_path / "digits"): "end with '.tflite'",
    }.items():
        status, lines, error = call(capsys, "export", run_directory, *arguments)
        assert (status, lines, len(error)) == (2, [], 1), arguments
        assert expected in error[0]
        assert error[0].startswith("keras-mlp export: ")
    for package, name in {"onnxruntime": "onnx", "ai_edge_litert": "litert"}.items():
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            status, _, error = call(capsys, "export", run_directory, "--format", name)
        assert status == 2
        assert error == [
            f"keras-mlp export: --format {name} needs {package}: "
            "pip install 'keras-mlp[export]'"
        ]
    with pytest.raises(SystemExit) as stopped:
        call(capsys, "export", run_directory, "--format", "pickle")
    assert stopped.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "Received: pickle" in line
    assert "litert" in line
    assert os.listdir(tmp_path) == ["file"]


def test_runs_of_other_kinds_are_named(line_run, tmp_path, capsys):
    status, _, error = call(capsys, "export", line_run.directory)
    assert status == 2
    assert "run of a classifier" in error[0]
    assert not (line_run.directory / "export").exists()
    status, _, error = call(capsys, "export", tmp_path)
    assert status == 2
    assert "without run.json" in error[0]
