"""`keras-mlp data prepare`: what it prints, and its exit status."""

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_mlp.cli import main
from keras_mlp.data.idx import write_idx
from keras_mlp.data.preparing import offline


@pytest.fixture
def source(tmp_path):
    directory = tmp_path / "source"
    directory.mkdir()
    for split in ("train", "t10k"):
        write_idx(
            directory / f"{split}-images-idx3-ubyte", np.zeros((3, 28, 28), "uint8")
        )
        write_idx(directory / f"{split}-labels-idx1-ubyte", np.arange(3, dtype="uint8"))
    return directory


def run(*arguments):
    return main(["data", "prepare", *map(str, arguments)])


def test_prints_where_the_set_is_and_how_to_load_it(source, tmp_path, capsys):
    data_dir = tmp_path / "tfds"
    assert run("kmnist", "--from", source, "--data-dir", data_dir) == 0
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        f"Preparing kmnist, 6 images, from {source} ...",
        f"kmnist is prepared in {data_dir}/kmnist/3.0.1.",
        "Load it in Python with either of",
        f"  tensorflow_datasets.load('kmnist', data_dir='{data_dir}')",
        "  keras_mlp.data.load('kmnist', 'train', batch_size=128, "
        f"data_dir='{data_dir}')",
    ]
    # No progress bars, since this is not a terminal.
    assert "Generating" not in output.err


def test_the_printed_lines_load_it(source, tmp_path, monkeypatch, capsys):
    import keras_mlp

    monkeypatch.chdir(tmp_path)
    run("kmnist", "--from", source, "--data-dir", "relative")
    lines = capsys.readouterr().out.splitlines()
    monkeypatch.chdir("/")
    loaded = eval(lines[-2].strip(), {"tensorflow_datasets": tfds})
    assert {split: len(examples) for split, examples in loaded.items()} == {
        "train": 3,
        "test": 3,
    }
    ((images, labels),) = eval(lines[-1].strip(), {"keras_mlp": keras_mlp})
    assert images.shape == (3, 784)
    assert sorted(labels.numpy()) == [0, 1, 2]


def test_the_default_directory_needs_no_naming(source, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "default"))
    assert run("kmnist", "--from", source) == 0
    assert "  tensorflow_datasets.load('kmnist')\n" in capsys.readouterr().out
    assert (tmp_path / "default" / "kmnist" / "3.0.1").is_dir()


def test_says_that_a_set_is_already_prepared(source, tmp_path, capsys):
    run("kmnist", "--from", source, "--data-dir", tmp_path / "tfds")
    capsys.readouterr()
    assert run("kmnist", "--data-dir", tmp_path / "tfds") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "is already prepared in" in lines[0]
    assert "nothing was changed" in lines[0]
    assert "tensorflow_datasets.load('kmnist'" in lines[2]


def assert_refused(capsys, *parts):
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith("keras-mlp data: ")
    for part in parts:
        assert part in line


def test_a_wrong_file_is_one_line(source, tmp_path, capsys):
    path = source / "t10k-labels-idx1-ubyte"
    path.write_bytes(b"<html>")
    data_dir = tmp_path / "tfds"
    assert run("kmnist", "--from", source, "--data-dir", data_dir) == 2
    assert_refused(capsys, str(path), "Received: ", "Get the file again.")
    assert not data_dir.exists()


def test_an_unknown_name_is_one_line(source, tmp_path, capsys):
    assert run("kminst", "--from", source, "--data-dir", tmp_path / "tfds") == 2
    assert_refused(capsys, "Received: name='kminst'", "Did you mean 'kmnist'?")


def test_no_source_is_one_line(tmp_path, capsys):
    assert run("kmnist", "--data-dir", tmp_path / "tfds") == 2
    assert_refused(capsys, "--from DIR")


def test_a_damaged_set_is_one_line(source, tmp_path, capsys):
    arguments = ("kmnist", "--from", source, "--data-dir", tmp_path / "tfds")
    run(*arguments)
    capsys.readouterr()
    (tmp_path / "tfds" / "kmnist" / "3.0.1" / "dataset_info.json").unlink()
    assert run(*arguments) == 2
    assert_refused(capsys, "is incomplete", "Remove it")


def test_a_place_that_cannot_be_written_is_one_line(source, tmp_path, capsys):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    assert run("kmnist", "--from", source, "--data-dir", in_the_way) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert str(in_the_way) in error
    assert "Choose another place with --data-dir DIR." in error


def test_a_full_disk_is_one_line(source, tmp_path, capsys, monkeypatch):
    def fail(path, array):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(offline, "write_idx", fail)
    data_dir = tmp_path / "tfds"
    assert run("kmnist", "--from", source, "--data-dir", data_dir) == 2
    assert "No space left on device" in capsys.readouterr().err.splitlines()[-1]
    assert not data_dir.exists()


@pytest.mark.parametrize("arguments", [["data"], ["data", "prepare"], ["data", "get"]])
def test_an_incomplete_command_is_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
