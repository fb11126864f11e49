"""Prepared data sets whose files are damaged: named, whichever way they are read."""

import shutil

import pytest
import tensorflow as tf

from keras_mlp.data import DatasetNotPreparedError, load
from keras_mlp.data.prepared import EMBEDDED_DIRECTORY

NAME = "damaged_5k"


@pytest.fixture
def directory(tmp_path):
    """A copy of the embedded set under another name."""
    directory = tmp_path / NAME / "1.0.0"
    shutil.copytree(EMBEDDED_DIRECTORY, directory)
    for path in list(directory.iterdir()):
        if path.suffix == ".json":
            path.write_text(path.read_text().replace("mnist_5k", NAME))
        else:
            path.rename(directory / path.name.replace("mnist_5k", NAME))
    return directory


@pytest.fixture
def records(directory):
    [path] = directory.glob("*-test.tfrecord*")
    return path


def read(directory, in_memory):
    batches = load(
        NAME, "test", 500, data_dir=directory.parents[1], in_memory=in_memory
    )
    return sum(len(labels) for _, labels in batches)


both_ways = pytest.mark.parametrize("in_memory", [True, False])


@both_ways
def test_copy_is_right(directory, in_memory):
    assert read(directory, in_memory) == 1000


@both_ways
@pytest.mark.parametrize("damage", ["empty", "cut", "other kind", "absent", "folder"])
def test_records(directory, records, damage, in_memory):
    data = records.read_bytes()
    records.unlink()
    if damage == "folder":
        records.mkdir()
    elif damage != "absent":
        parts = {"empty": b"", "cut": data[:100_000], "other kind": b"\x89PNG\r\n"}
        records.write_bytes(parts[damage])
    with pytest.raises(DatasetNotPreparedError, match="damaged or incomplete") as error:
        read(directory, in_memory)
    message = str(error.value)
    assert f"'{NAME}' in {directory}" in message
    assert message.isprintable()
    assert "{{" not in message


@pytest.mark.parametrize("place", [3, 50_000, -5])
def test_flipped_bit_in_records(directory, records, place):
    data = bytearray(records.read_bytes())
    data[place] ^= 1
    records.write_bytes(data)
    with pytest.raises(DatasetNotPreparedError, match="damaged or incomplete"):
        read(directory, in_memory=True)
    # Noticed by TensorFlow when it comes to the example.
    with pytest.raises(tf.errors.DataLossError, match="corrupted record"):
        read(directory, in_memory=False)


@pytest.mark.parametrize("name", ["dataset_info.json", "features.json"])
@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\x89PNG", b'{"name": "da'])
def test_descriptions(directory, name, data):
    (directory / name).write_bytes(data)
    with pytest.raises(DatasetNotPreparedError, match=f"'{NAME}' was found but cannot"):
        read(directory, in_memory=None)
