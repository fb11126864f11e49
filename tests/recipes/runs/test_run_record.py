"""`run.json` as anyone may have written it."""

import json
import os

import pytest

from keras_mlp.recipes.runs.run_record import FORMAT, RunRecordError, read_record
from keras_mlp.recipes.saved_run import RunDirectoryError, open_run

RECORD = {
    "format": FORMAT,
    "recipe": "digits",
    "dataset": "mnist_5k",
    "data": {"image_shape": [28, 28, 1], "class_names": list("0123456789")},
    "seed": 7,
    "hyperparameters": {"epochs": 2, "hidden_units": [32], "activation": "tanh"},
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.json"


def changed(*keys_and_value):
    *keys, last, value = keys_and_value
    record = json.loads(json.dumps(RECORD))
    inside = record
    for key in keys:
        inside = inside[key]
    inside[last] = value
    return record


def refused(path):
    with pytest.raises(RunRecordError) as caught:
        read_record(path)
    message = str(caught.value)
    assert message.startswith(f"'{path}' must be the record of a run. Received: ")
    assert message.isprintable()
    # The directory's reader says the same.
    with pytest.raises(RunDirectoryError) as other:
        open_run(path.parent)
    assert str(other.value) == message
    return message


def test_right_record(path):
    path.write_text(json.dumps(RECORD))
    record, recipe = read_record(path)
    assert record == RECORD
    assert (recipe.name, recipe.epochs, recipe.hidden_units) == ("digits", 2, (32,))
    assert recipe.activation == "tanh"


def test_record_of_before_formats_were_numbered(path):
    record = {key: value for key, value in RECORD.items() if key != "format"}
    path.write_text(json.dumps(record))
    assert read_record(path)[1].epochs == 2


@pytest.mark.parametrize("form", [FORMAT + 1, "two", 1.5, None])
def test_later_format(path, form):
    path.write_text(json.dumps(changed("format", form)))
    message = refused(path)
    assert f"its format is {form!r}, and this one is {FORMAT}" in message
    assert message.endswith("Install the version of keras_mlp that wrote it.")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'"digits"',
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xfe{",
        b"[" * 100_000,
        b'{"recipe": "dig',
        json.dumps(RECORD).encode()[:-3],
    ],
)
def test_file_of_another_kind(path, data):
    path.write_bytes(data)
    refused(path)


@pytest.mark.parametrize("key", ["recipe", "dataset", "data", "seed"])
def test_entry_that_is_missing_is_named(path, key):
    path.write_text(json.dumps({k: v for k, v in RECORD.items() if k != key}))
    assert f"it lacks '{key}'" in refused(path)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (changed("recipe", "digts"), "Did you mean 'digits'?"),
        (changed("recipe", "sequential-toy"), "is not trained"),
        (changed("recipe", ["digits"]), "is not a name"),
        (changed("dataset", 5), "is not a name"),
        (changed("seed", "0"), "is not a seed"),
        (changed("seed", -1), "is not a seed"),
        (changed("hyperparameters", []), "is not hyperparameters by name"),
        (changed("hyperparameters", "later", 1), "is not a setting of 'digits'"),
        # Reads elsewhere, shows other words: no settings of a training.
        (changed("hyperparameters", "data_dir", "/"), "is not a setting"),
        (changed("hyperparameters", "name", "x"), "is not a setting"),
        (changed("hyperparameters", "epochs", "two"), "is not a value for 'epochs'"),
        (changed("hyperparameters", "epochs", 10**12), "is not a value for 'epochs'"),
        (changed("hyperparameters", "scale", 1), "is not a value for 'scale'"),
        (changed("hyperparameters", "dropout", float("nan")), "for 'dropout'"),
        (changed("hyperparameters", "hidden_units", [0]), "for 'hidden_units'"),
        (changed("hyperparameters", "hidden_units", "x"), "for 'hidden_units'"),
        (changed("hyperparameters", "optimizer", "os.system"), "`optimizer` must be"),
        (changed("data", None), "is not what the data are"),
        (changed("data", "image_shape", [28, 28]), "height, width and channels"),
        (changed("data", "image_shape", [10**5, 10**5, 1]), "height, width"),
        (changed("data", "image_shape", [28, 28, 2]), "height, width"),
        (changed("data", "class_names", []), "names of classes"),
        (changed("data", "class_names", [0, 1]), "names of classes"),
        (changed("data", "class_names", ["\x1b]0;title\x07"]), "names of classes"),
    ],
)
def test_entry_that_is_wrong_is_named(path, record, expected):
    path.write_text(json.dumps(record))
    assert expected in refused(path)


def test_directory_without_a_record(tmp_path):
    for directory in (tmp_path, tmp_path / "absent", tmp_path / "file" / "inside"):
        (tmp_path / "file").touch()
        with pytest.raises(RunDirectoryError, match=r"without run\.json"):
            open_run(directory)


def test_what_is_no_file(path):
    path.mkdir()
    assert "Is a directory" in refused(path)
    path.rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
        assert "a pipe or a device" in refused(path)
        path.unlink()
    with open(path, "wb") as file:
        file.truncate(2**30)
    assert "larger than 67,108,864 bytes" in refused(path)
