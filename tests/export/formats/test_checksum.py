"""Exports that are damaged are refused, not run."""

import os
import shutil

import numpy as np
import pytest

from keras_mlp import export
from keras_mlp.export.formats.checksum import UNSEALED, check_seal, seal


def refused(path):
    with pytest.raises(ValueError, match="must be an exported classifier") as caught:
        export.load_predictor(path)
    message = str(caught.value)
    assert str(path) in message
    assert message.isprintable()
    return message


@pytest.fixture(params=["model.tflite", "model.onnx"])
def exported(request, tmp_path, litert, onnx):
    source = litert["none"] if request.param.endswith(".tflite") else onnx
    return shutil.copy(source, tmp_path / request.param)


@pytest.mark.long
def test_every_flipped_bit_is_noticed_or_harmless(exported, trained):
    whole = exported.read_bytes()
    expected = export.load_predictor(exported)(trained.images[:2])
    generator = np.random.default_rng(0)
    noticed = 0
    for place in generator.integers(0, len(whole), 40):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << generator.integers(8)
        exported.write_bytes(damaged)
        try:
            predict = export.load_predictor(exported)
        except ValueError:
            noticed += 1
            continue
        np.testing.assert_array_equal(predict(trained.images[:2]), expected)
    assert noticed > 30


@pytest.mark.long
def test_every_cut_is_noticed(exported, capfd):
    whole = exported.read_bytes()
    for share in range(10):
        exported.write_bytes(whole[: len(whole) * share // 10])
        refused(exported)
    # The runtimes keep their opinions to themselves.
    assert "EP Error" not in capfd.readouterr().out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_does_not_wait_for_a_pipe(exported):
    exported.unlink()
    os.mkfifo(exported)
    assert "a pipe or a device" in refused(exported)


def test_saved_model_that_is_damaged(saved_model, tmp_path):
    files = (
        "saved_model.pb",
        "variables/variables.index",
        "variables/variables.data-00000-of-00001",
    )
    for name in files:
        copy = tmp_path / name.replace("/", "-")
        shutil.copytree(saved_model, copy)
        data = (copy / name).read_bytes()
        (copy / name).write_bytes(data[: len(data) // 2])
        refused(copy)
    # Only the weights have checksums of TensorFlow's.
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    (copy / name).write_bytes(flipped)
    refused(copy)


def test_checksum_of_any_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before " + UNSEALED.encode() + b" after")
    seal(path)
    check_seal(path)
    data = path.read_bytes()
    assert len(data) == len("before " + UNSEALED + " after")
    for place in (0, len(data) - 1, data.find(b"sha256") + 20):
        damaged = bytearray(data)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="checksum is wrong"):
            check_seal(path)
    path.write_bytes(b"of another program")
    check_seal(path)
    with pytest.raises(ValueError, match="once"):
        seal(path)
