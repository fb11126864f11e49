"""A full disk: one error that names the file, the old file intact, no rubbish."""

import os

import numpy as np
import pytest

import keras_mlp
from keras_mlp.cli import main
from keras_mlp.data.idx import write_idx
from keras_mlp.files import NotWrittenError, replacing, write_atomically
from keras_mlp.report import plot_history, write_report
from tests.full_disk import full_disk


def model():
    model = keras_mlp.models.MLPClassifier(3, hidden_units=[64], seed=0)
    model.build((None, 20))
    return model


WRITERS = {
    "run.json": lambda path: write_atomically(path, "x" * 10_000),
    "report.html": lambda path: write_report(path, "x" * 10_000, {}),
    "history.png": lambda path: plot_history({"loss": [1.0, 0.5]}, path),
    "train-images-idx3-ubyte": lambda path: write_idx(
        path, np.zeros((10, 28, 28), "uint8")
    ),
    "model.keras": lambda path: model().save(path),
    "model.weights.h5": lambda path: model().save_weights(path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_old_file_is_intact_and_nothing_else_is_there(name, tmp_path):
    path = tmp_path / name
    path.write_text("old")
    with full_disk(), pytest.raises(NotWrittenError) as caught:
        WRITERS[name](path)
    assert str(caught.value) == (
        f"'{path}' cannot be written. Received: File too large; what was there before "
        "is unchanged. Make room, or choose another place."
    )
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == [name]
    # And there is nothing wrong with it otherwise.
    WRITERS[name](path)
    assert path.stat().st_size > 2000


def test_file_in_a_directory(tmp_path):
    def write():
        with replacing(tmp_path / "several") as temporary:
            temporary.mkdir()
            (temporary / "small").write_text("x")
            (temporary / "large").write_text("x" * 10_000)

    with full_disk(), pytest.raises(NotWrittenError, match="several' cannot be"):
        write()
    assert os.listdir(tmp_path) == []


def test_block_within_a_block_names_the_outer_file(tmp_path):
    def write():
        with replacing(tmp_path / "outer.txt") as temporary:
            write_atomically(temporary, "x" * 10_000)

    with full_disk(), pytest.raises(NotWrittenError, match=r"outer\.txt' cannot be"):
        write()
    assert os.listdir(tmp_path) == []


def test_disk_that_is_full_only_when_all_is_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("old")

    def refuse(descriptor):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(NotWrittenError, match="No space left on device"):
        write_atomically(tmp_path / "file", "new")
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_other_errors_are_passed_on(tmp_path):
    def write():
        with replacing(tmp_path / "file"):
            raise ConnectionError("no network")

    with pytest.raises(ConnectionError, match="no network"):
        write()


def status_and_error(capsys, *arguments):
    capsys.readouterr()
    with full_disk():
        status = main([str(argument) for argument in arguments])
    return status, capsys.readouterr().err.splitlines()


def test_training_is_one_line_and_leaves_nothing(tmp_path, capsys):
    out = tmp_path / "run"
    status, error = status_and_error(capsys, "train", "linear-regression", "--out", out)
    assert (status, len(error)) == (2, 1)
    assert error[0].startswith(f"keras-mlp train: '{out}/")
    assert "cannot be written. Received: File too large" in error[0]
    # No record: the run is not complete, and no command takes it for one.
    assert not (out / "run.json").exists()
    assert [path for path in out.glob(".*")] == []


def test_preparing_data_is_one_line_and_leaves_nothing(tmp_path, capsys):
    files = tmp_path / "files"
    files.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (9, 28, 28)).astype("uint8")
    for split in ("train", "t10k"):
        write_idx(files / f"{split}-images-idx3-ubyte", images)
        write_idx(files / f"{split}-labels-idx1-ubyte", images[:, 0, 0] % 10)
    place = ("--from", files, "--data-dir", tmp_path / "prepared")
    status, error = status_and_error(capsys, "data", "prepare", "kmnist", *place)
    assert status == 2
    assert "cannot write the data set" in error[-1]
    assert "File too large" in error[-1] or "cannot be written" in error[-1]
    assert os.listdir(tmp_path) == ["files"]
