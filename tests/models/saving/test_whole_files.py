"""Models are written in one step: what was there stays until all is written."""

import os

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.layers import Dense
from keras_mlp.models import ModelFileError


def sequential():
    return keras_mlp.Sequential([keras.Input((3,)), Dense(2)])


def functional():
    inputs = keras.Input((3,))
    return keras_mlp.Model(inputs, Dense(2)(inputs))


def subclass():
    model = keras_mlp.models.MLPClassifier(2, hidden_units=[])
    model.build((None, 3))
    return model


each_model = pytest.mark.parametrize("make", [sequential, functional, subclass])
each_file = pytest.mark.parametrize("name", ["model.keras", "model.weights.h5"])


def save(model, path, **options):
    weights_only = str(path).endswith(".weights.h5")
    (model.save_weights if weights_only else model.save)(path, **options)


@each_model
@each_file
def test_saves_what_keras_saves(make, name, tmp_path):
    model = make()
    save(model, str(tmp_path / name))
    assert os.listdir(tmp_path) == [name]
    other = make()
    other.load_weights(tmp_path / name)
    for mine, expected in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, expected)


@each_file
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("broken")])
def test_stopped_midway_leaves_the_old_file(name, error, tmp_path, monkeypatch):
    model = sequential()
    save(model, tmp_path / name)
    before = (tmp_path / name).read_bytes()

    def stop(self, store):
        raise error

    monkeypatch.setattr(Dense, "save_own_variables", stop)
    with pytest.raises(type(error) if isinstance(error, OSError) else error):
        save(model, tmp_path / name)
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == before


@each_file
def test_checkpoints_are_written_in_one_step(name, tmp_path):
    model = sequential()
    model.compile("sgd", "mse", run_eagerly=True)
    saved = keras.callbacks.ModelCheckpoint(
        tmp_path / name, save_weights_only=name.endswith("h5")
    )
    x = np.ones((4, 3), "float32")
    model.fit(x, np.ones((4, 2)), epochs=2, callbacks=[saved], verbose=0)
    assert os.listdir(tmp_path) == [name]


@each_file
def test_link_is_kept_and_its_target_replaced(name, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / name).symlink_to(tmp_path / "real" / name)
    for _ in range(2):
        save(sequential(), tmp_path / name)
        assert (tmp_path / name).is_symlink()
        assert os.listdir(tmp_path / "real") == [name]


def test_what_keras_refuses_is_refused(tmp_path):
    model = sequential()
    with pytest.raises(ValueError, match="filepath extension"):
        model.save(tmp_path / "model.bin")
    with pytest.raises(ValueError, match=r"\.weights\.h5"):
        model.save_weights(tmp_path / "model.h5")
    with pytest.raises(FileNotFoundError, match="missing"):
        model.save(tmp_path / "missing" / "model.keras")
    assert os.listdir(tmp_path) == []


def test_keras_asks_before_it_overwrites(tmp_path, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    for name in ("model.keras", "model.weights.h5"):
        (tmp_path / name).write_text("old")
        save(sequential(), tmp_path / name, overwrite=False)
        assert (tmp_path / name).read_text() == "old"


def test_sharded_weights_are_left_to_keras(tmp_path):
    model = sequential()
    model.save_weights(tmp_path / "model.weights.json", max_shard_size=1)
    other = sequential()
    other.load_weights(tmp_path / "model.weights.json")
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("name", ["model.keras", "model.weights.h5"])
@pytest.mark.parametrize("damage", ["empty", "cut", "other kind"])
def test_file_without_weights_is_named(name, damage, tmp_path):
    model = sequential()
    path = tmp_path / name
    save(model, path)
    data = path.read_bytes()
    parts = {"empty": b"", "cut": data[: len(data) // 2], "other kind": b"\x89PNG"}
    path.write_bytes(parts[damage])
    with pytest.raises(ModelFileError, match=rf"{name}' must hold the weights"):
        model.load_weights(path)


def test_missing_weights_and_those_of_another_network_stay_keras_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        sequential().load_weights(tmp_path / "absent.weights.h5")
    other = keras_mlp.Sequential([keras.Input((7,)), Dense(2)])
    other.save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(ValueError, match="could not be loaded"):
        sequential().load_weights(tmp_path / "other.weights.h5")


def test_failed_export_leaves_nothing_new_and_all_that_was_there(tmp_path, monkeypatch):
    model = sequential()

    def fail(self, filepath, *args, **kwargs):
        os.makedirs(filepath, exist_ok=True)
        (tmp_path / filepath / "half").touch()
        raise OSError("full")

    monkeypatch.setattr(keras.Model, "export", fail)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "note").touch()
    for name in ("new", "old"):
        with pytest.raises(OSError, match="full"):
            model.export(tmp_path / name)
    assert os.listdir(tmp_path) == ["old"]
    assert "note" in os.listdir(tmp_path / "old")
