"""What every format does about the place that it is to write to."""

import functools
import os
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import export
from keras_mlp.data import ImagePreprocessing
from keras_mlp.files import NotWrittenError
from tests.full_disk import full_disk


@pytest.fixture(scope="module")
def classifier():
    model = keras_mlp.models.MLPClassifier(10, [4], seed=0)
    model.build((None, 784))
    return export.ImageClassifier(model, ImagePreprocessing(), "0123456789")


EXPORTS = {
    "digits": export.export_saved_model,
    "digits.tflite": export.export_litert,
    "digits.onnx": export.export_onnx,
}


@pytest.fixture(scope="module")
def exported(classifier, tmp_path_factory):
    """The classifier in each format. Tests leave them as they are."""
    directory = tmp_path_factory.mktemp("exported")
    for name, export_to in EXPORTS.items():
        export_to(classifier, directory / name)
    return directory


def copy(exported, name, target):
    """Copies an export to a directory, and returns where it is there."""
    if (exported / name).is_dir():
        return shutil.copytree(exported / name, target / name)
    return shutil.copy(exported / name, target / name)


each_format = pytest.mark.parametrize("name", list(EXPORTS))


def contents(path):
    if path.is_file():
        return path.read_bytes()
    return {one.name: contents(one) for one in path.iterdir()}


@pytest.mark.long_after(1)
@each_format
def test_existing_export_is_replaced_only_when_asked(
    classifier, exported, name, tmp_path
):
    path = copy(exported, name, tmp_path)
    before = contents(path)
    with pytest.raises(FileExistsError, match=r"must be new.*Received: .*--overwrite"):
        EXPORTS[name](classifier, path)
    assert contents(path) == before
    EXPORTS[name](classifier, path, overwrite=True)
    assert os.listdir(tmp_path) == [name]
    images = np.zeros((2, 28, 28, 1), "uint8")
    assert export.load_predictor(path)(images).shape == (2, 10)


@each_format
def test_what_is_no_export_is_never_replaced(classifier, name, tmp_path):
    path = tmp_path / name
    path.mkdir()
    (path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match=r"holds something else"):
        EXPORTS[name](classifier, path, overwrite=True)
    assert (path / "thesis.txt").read_text() == "years of work"


def test_a_saved_model_does_not_replace_a_file(classifier, tmp_path):
    (tmp_path / "digits").write_text("notes")
    with pytest.raises(FileExistsError, match="holds something else"):
        export.export_saved_model(classifier, tmp_path / "digits", overwrite=True)


@each_format
def test_missing_directory_is_named(classifier, name, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must lie in a directory"):
        EXPORTS[name](classifier, tmp_path / "missing" / name)
    assert os.listdir(tmp_path) == []


@pytest.mark.long_after(1)
@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")
@each_format
def test_place_that_cannot_be_written_is_an_os_error(classifier, name):
    with pytest.raises(OSError, match=rf"'/proc/{name}'"):
        EXPORTS[name](classifier, f"/proc/{name}")


@pytest.mark.parametrize("name", ["digits.tflite", "digits.onnx"])
def test_other_suffix_is_refused(classifier, name, tmp_path):
    with pytest.raises(ValueError, match=rf"must end with .*Use .*{name}'"):
        EXPORTS[name](classifier, tmp_path / "digits.bin")


@pytest.mark.long_after(1)
@each_format
@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), tf.errors.ResourceExhaustedError(None, None, "disk full")],
)
def test_failed_export_leaves_what_was_there(
    classifier, exported, name, error, tmp_path, monkeypatch
):
    path = copy(exported, name, tmp_path)
    before = contents(path)

    def fail(self, target, *args, **kwargs):
        # As far as a failing export may get.
        if name == "digits":
            os.mkdir(target)
            open(f"{target}/saved_model.pb", "w").close()
        else:
            open(target, "w").close()
        raise error

    if name == "digits":
        archive = type(keras.export.ExportArchive())
        monkeypatch.setattr(archive, "write_out", fail)
    elif name == "digits.tflite":
        of_file = functools.partial(fail, None)
        monkeypatch.setattr("keras_mlp.export.formats.litert.seal", of_file)
    else:
        monkeypatch.setattr(keras.Model, "export", fail)
    expected = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else OSError
    with pytest.raises(expected):
        EXPORTS[name](classifier, path, overwrite=True)
    assert contents(path) == before
    assert os.listdir(tmp_path) == [name]


@pytest.mark.long_after(1)
@each_format
def test_full_disk_leaves_what_was_there(classifier, name, tmp_path):
    path = tmp_path / name
    EXPORTS[name](classifier, path)
    before = contents(path)
    with full_disk(), pytest.raises(NotWrittenError, match=rf"{name}' cannot be"):
        EXPORTS[name](classifier, path, overwrite=True)
    assert contents(path) == before
    assert os.listdir(tmp_path) == [name]
