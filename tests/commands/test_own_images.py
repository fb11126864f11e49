"""`keras-mlp` on a folder of images that a user brings."""

import json
from pathlib import Path

import pytest

from keras_mlp.cli import main
from keras_mlp.data import read_image


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_run(folder_run, image_folder):
    record = json.loads((folder_run.directory / "run.json").read_text())
    assert (record["recipe"], record["dataset"]) == ("images", str(image_folder))
    assert record["data"] == {
        "image_shape": [6, 8, 1],
        "class_names": ["dark", "light"],
    }
    assert record["hyperparameters"]["hidden_units"] == [8]
    # Not by chance, which is 1/2.
    assert record["test"]["accuracy"] > 0.7
    assert "images of 6 x 8 pixels, grey; train 40" in folder_run.output
    assert "2 classes: dark, light" in folder_run.output
    assert (folder_run.directory / "predictions.png").is_file()


def test_predict(folder_run, image_folder, capsys):
    files = [image_folder / "dark" / "00.png", image_folder / "light" / "07.png"]
    command = ["predict", str(folder_run.directory), *map(str, files)]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    # What a model does with the mean of an image is as good as told by the mean.
    means = [read_image(file, (6, 8, 1)).mean() for file in files]
    expected = ["dark" if mean < 128 else "light" for mean in means]
    answers = [line.rpartition(": ")[2] for line in lines if ".png: " in line]
    assert answers == expected == ["dark", "light"]


def test_evaluate_and_export(folder_run, capsys):
    run = str(folder_run.directory)
    assert main(["evaluate", run]) == 0
    expected = capsys.readouterr().out
    record = json.loads((folder_run.directory / "run.json").read_text())
    assert expected.startswith("On the 8 test images")
    assert f"Test accuracy: {record['test']['accuracy']:.4f}" in expected
    assert main(["export", run, "--out", "served"]) == 0
    assert "other answers than the run's model: 0" in capsys.readouterr().out
    assert main(["evaluate", "served", "--run", run]) == 0
    assert capsys.readouterr().out == expected


@pytest.mark.long
def test_int8_of_few_images(folder_run, capsys):
    pytest.importorskip("ai_edge_litert")
    command = ["export", str(folder_run.directory), "--format", "litert"]
    assert main([*command, "--quantize", "int8", "--out", "small.tflite"]) == 0
    [line] = [x for x in capsys.readouterr().out.splitlines() if "largest" in x]
    assert float(line.rpartition(" ")[2]) < 0.05


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("train --images none", "no images in any folder of a class"),
        ("train --images missing", "which is not there"),
        ("train --images file.txt", "which is a file"),
        ("train --images one", "one class only, 'a'"),
        ("train --images F --target y", "--target is for tables"),
        ("train --images F --group y", "--group is for tables"),
        ("train --images F --dataset mnist_5k", "exclude each other"),
        ("train --images F --validation 0.001", "in whole per cent"),
        ("train images", "train --images DIR"),
        ("predict R file.txt", "must be a PNG or JPEG image"),
        ("predict R F", "F"),
        ("predict R one/a/0.png --out x.csv", "--out is for the runs of tables"),
        ("evaluate R --table file.txt", "--table is for the runs of tables"),
    ],
)
def test_mistakes(words, message, folder_run, image_folder, capsys):
    Path("none/a").mkdir(parents=True)
    Path("file.txt").write_text("x,y\n1,2\n")
    Path("one/a").mkdir(parents=True)
    picture = (image_folder / "dark" / "00.png").read_bytes()
    Path("one/a/0.png").write_bytes(picture)
    before = sorted(Path().rglob("*"))
    places = {"F": str(image_folder), "R": str(folder_run.directory)}
    assert main([places.get(word, word) for word in words.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert places.get(message, message) in line
    assert sorted(Path().rglob("*")) == before
