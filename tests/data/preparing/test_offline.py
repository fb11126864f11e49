"""Preparing TFDS data sets from IDX files: the standard result, or a named mistake."""

import gzip
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.idx import idx_sha256, read_idx, write_idx
from keras_mlp.data.preparing import offline, published_files, source_files
from keras_mlp.data.preparing.offline import prepare
from keras_mlp.data.preparing.source_file_error import SourceFileError

COMPLETE = Path(os.environ.get("TFDS_DATA_DIR", "missing"))
COMPLETE_IDX = COMPLETE.parent / "idx" / "mnist"
DEBIAN = published_files.SYSTEM_DIRECTORIES["fashion_mnist"]

needs_complete_mnist = pytest.mark.skipif(
    not (COMPLETE_IDX / "train-images-idx3-ubyte.gz").is_file(),
    reason="beside TFDS_DATA_DIR there is no idx/mnist with MNIST's four files",
)

STEMS = ("train-images", "train-labels", "t10k-images", "t10k-labels")


def make_arrays(seed=0, train=7, test=4):
    """Four small arrays in the order of `STEMS`."""
    generator = np.random.default_rng(seed)
    return tuple(
        generator.integers(0, high, shape, dtype="uint8")
        for count in (train, test)
        for high, shape in ((256, (count, 28, 28)), (10, (count,)))
    )


def write_files(directory, arrays, name="{stem}-{kind}", prefix="", compress=False):
    directory.mkdir(parents=True, exist_ok=True)
    for stem, array in zip(STEMS, arrays, strict=True):
        kind = "idx3-ubyte" if array.ndim == 3 else "idx1-ubyte"
        if prefix:
            stem = prefix + stem.replace("t10k", "test")
        path = directory / name.format(stem=stem, kind=kind)
        write_idx(path, array)
        if compress:
            path.with_name(f"{path.name}.gz").write_bytes(
                gzip.compress(path.read_bytes())
            )
            path.unlink()
    return directory


def load(name, split, data_dir):
    """What plain TFDS reads, in the order of the files."""
    images, labels = tfds.load(
        name,
        split=split,
        data_dir=data_dir,
        batch_size=-1,
        as_supervised=True,
        shuffle_files=False,
    )
    return images.numpy()[..., 0], labels.numpy()


def sorted_pairs(images, labels):
    return sorted(
        (image.tobytes(), int(label))
        for image, label in zip(images, labels, strict=True)
    )


def contents(directory):
    return {
        path.relative_to(directory): path.read_bytes() if path.is_file() else None
        for path in Path(directory).rglob("*")
    }


def assert_one_line(error, *parts):
    message = str(error.value)
    assert "\n" not in message
    assert "Received: " in message
    for part in parts:
        assert part in message


@pytest.fixture
def arrays():
    return make_arrays()


@pytest.fixture
def source(tmp_path, arrays):
    return write_files(tmp_path / "source", arrays)


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "tfds"


@pytest.fixture
def known_sets(monkeypatch, tmp_path):
    """Small sets that stand for the two whose published files are known."""
    sets = {"mnist": make_arrays(1), "fashion_mnist": make_arrays(2)}
    for name, parts in sets.items():
        sums = tuple(map(idx_sha256, parts))
        monkeypatch.setitem(published_files.SHA256, name, sums)
    return {
        name: write_files(tmp_path / name, parts, compress=True)
        for name, parts in sets.items()
    }


@pytest.mark.parametrize(
    ("name", "compress"),
    [
        ("{stem}-{kind}", False),
        ("{stem}-{kind}", True),
        ("{stem}.{kind}", False),
        ("{stem}.{kind}", True),
        # Browsers unpack some downloads and keep the name.
        ("{stem}-{kind}.gz", False),
    ],
)
def test_plain_tfds_loads_what_the_files_hold(
    tmp_path, arrays, data_dir, name, compress
):
    source = write_files(tmp_path / "source", arrays, name, compress=compress)
    path = prepare("kmnist", source, data_dir)
    assert path == data_dir / "kmnist" / "3.0.1"
    for split, expected in (("train", arrays[:2]), ("test", arrays[2:])):
        images, labels = load("kmnist", split, data_dir)
        assert images.dtype == np.uint8
        assert sorted_pairs(images, labels) == sorted_pairs(*expected)


def test_writes_the_set_and_nothing_else(source, data_dir):
    path = prepare("kmnist", source, data_dir)
    assert list(data_dir.iterdir()) == [data_dir / "kmnist"]
    assert list(path.parent.iterdir()) == [path]
    assert {entry.name for entry in path.iterdir()} == {
        "dataset_info.json",
        "features.json",
        "label.labels.txt",
        "kmnist-train.tfrecord-00000-of-00001",
        "kmnist-test.tfrecord-00000-of-00001",
    }
    info = json.loads((path / "dataset_info.json").read_text())
    assert info["name"] == "kmnist"
    assert info["moduleName"] == tfds.builder_cls("kmnist").__module__
    assert "incomplete" not in json.dumps(info)
    # For everyone whom the user's umask allows, unlike a temporary directory.
    assert path.stat().st_mode == source.stat().st_mode


def test_is_the_same_whatever_the_files_are_packed_in(tmp_path, arrays, data_dir):
    plain = write_files(tmp_path / "plain", arrays)
    packed = write_files(tmp_path / "packed", arrays, "{stem}.{kind}", compress=True)
    prepare("kmnist", plain, data_dir / "1")
    prepare("kmnist", packed, data_dir / "2")
    for split in ("train", "test"):
        # In the same order too. The files may differ: TensorFlow serializes the two
        # features of an example in either order.
        for one, other in zip(
            load("kmnist", split, data_dir / "1"),
            load("kmnist", split, data_dir / "2"),
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)


def test_tfds_own_register_is_unchanged(source, data_dir):
    before = tfds.builder_cls("kmnist"), tfds.list_builders()
    prepare("kmnist", source, data_dir)
    assert (tfds.builder_cls("kmnist"), tfds.list_builders()) == before
    # A builder that is made afterwards looks for its files as always.
    builder = tfds.builder("kmnist", data_dir=data_dir / "other")
    assert "_split_generators" not in vars(builder)


def test_another_process_finds_it_through_the_environment(
    source, data_dir, monkeypatch
):
    monkeypatch.setenv("TFDS_DATA_DIR", str(data_dir))
    assert prepare("kmnist", source).parent.parent == data_dir
    # The files are read elsewhere; this takes no TensorFlow, which starts slowly.
    code = (
        "import tensorflow_datasets as tfds\n"
        "print(tfds.builder('kmnist').info.splits['test'].num_examples)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "4"


def test_a_relative_directory(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = prepare("kmnist", "source", "relative")
    assert path == tmp_path / "relative" / "kmnist" / "3.0.1"


def test_emnist_has_configurations(tmp_path, data_dir):
    arrays = make_arrays()
    arrays[1][0] = 46
    source = write_files(tmp_path / "source", arrays, prefix="emnist-balanced-")
    path = prepare("emnist/balanced", source, data_dir)
    assert path == data_dir / "emnist" / "balanced" / "3.1.0"
    images, labels = load("emnist/balanced", "train", data_dir)
    assert sorted_pairs(images, labels) == sorted_pairs(*arrays[:2])
    # TFDS' note of the default configuration, so that it finds "emnist" from files.
    metadata = json.loads(
        (data_dir / "emnist" / ".config" / "metadata.json").read_text()
    )
    assert metadata["default_config_name"] == "byclass"


def test_emnist_without_a_configuration_is_tfds_default(tmp_path, data_dir):
    source = write_files(tmp_path / "source", make_arrays(), prefix="emnist-byclass-")
    assert prepare("emnist", source, data_dir).parent.name == "byclass"
    assert len(load("emnist", "test", data_dir)[0]) == 4


def test_takes_the_first_examples_of_a_longer_file_as_tfds_does(
    tmp_path, data_dir, monkeypatch
):
    letters = tfds.builder_cls("emnist").builder_configs["letters"]
    monkeypatch.setattr(letters, "train_examples", 5)
    monkeypatch.setattr(letters, "test_examples", 3)
    arrays = make_arrays()
    source = write_files(tmp_path / "source", arrays, prefix="emnist-letters-")
    prepare("emnist/letters", source, data_dir)
    images, labels = load("emnist/letters", "train", data_dir)
    assert sorted_pairs(images, labels) == sorted_pairs(arrays[0][:5], arrays[1][:5])
    assert len(load("emnist/letters", "test", data_dir)[0]) == 3


def test_warns_of_fewer_examples(source, data_dir, caplog):
    with caplog.at_level(logging.WARNING, "keras_mlp"):
        prepare("kmnist", source, data_dir)
    assert [record.getMessage() for record in caplog.records] == [
        f"'{source}/train-images-idx3-ubyte' holds 7 images; the training images of "
        "KMNIST number 60000.",
        f"'{source}/t10k-images-idx3-ubyte' holds 4 images; the test images of KMNIST "
        "number 10000.",
    ]


def test_reports_and_prints_nothing_itself(source, data_dir, capsys):
    lines = []
    path = prepare("kmnist", source, data_dir, report=lines.append)
    assert lines == [
        f"Preparing kmnist, 11 images, from {source} ...",
        f"kmnist is prepared in {path}.",
    ]
    assert capsys.readouterr().out == ""


def test_leaves_a_prepared_set_as_it_is(source, data_dir):
    path = prepare("kmnist", source, data_dir)
    before = contents(data_dir)
    lines = []
    # Not even the files are needed.
    assert prepare("kmnist", None, data_dir, report=lines.append) == path
    assert "already prepared" in lines[0]
    assert contents(data_dir) == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: (path / "kmnist-train.tfrecord-00000-of-00001").unlink(),
        lambda path: (path / "dataset_info.json").unlink(),
        lambda path: (path / "dataset_info.json").write_text("{"),
    ],
)
def test_names_a_damaged_prepared_set(source, data_dir, damage):
    damage(prepare("kmnist", source, data_dir))
    before = contents(data_dir)
    with pytest.raises(DatasetNotPreparedError) as error:
        prepare("kmnist", source, data_dir)
    assert_one_line(error, "'kmnist'", str(data_dir), "Remove it")
    assert contents(data_dir) == before


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("fashion_mnst", "Did you mean 'fashion_mnist'?"),
        ("MNIST", "Did you mean 'mnist'?"),
        ("emnist/leters", "Did you mean 'emnist/letters'?"),
        ("mnist/plain", ""),
        ("mnist_5k", ""),
        ("cifar10", "where there is a network"),
        ("../mnist", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_refuses_other_names(source, data_dir, name, remedy):
    with pytest.raises(UnknownDatasetError) as error:
        prepare(name, source, data_dir)
    assert_one_line(error, f"name={name!r}", "emnist/balanced", remedy)
    assert not data_dir.exists()


class TestSourceMistakes:
    """Each is named, and nothing has been written."""

    @pytest.fixture(autouse=True)
    def nothing_written(self, data_dir):
        yield
        assert not data_dir.exists()

    def refused(self, name, source, data_dir, *parts):
        with pytest.raises(SourceFileError) as error:
            prepare(name, source, data_dir)
        assert_one_line(error, *parts)

    def test_no_source(self, data_dir):
        self.refused("kmnist", None, data_dir, "(--from DIR) is needed", "KMNIST")

    def test_no_files_of_the_distribution(self, data_dir, monkeypatch, tmp_path):
        absent = tmp_path / "absent"
        monkeypatch.setitem(published_files.SYSTEM_DIRECTORIES, "fashion_mnist", absent)
        self.refused("fashion_mnist", None, data_dir, "--from", f"no {absent}")

    def test_absent_directory(self, data_dir, tmp_path):
        self.refused("kmnist", tmp_path / "no", data_dir, "/no', which is not there")

    def test_file_for_directory(self, data_dir, source):
        path = source / "train-images-idx3-ubyte"
        self.refused("kmnist", path, data_dir, f"'{path}', which is a file")

    def test_missing_files(self, data_dir, source):
        (source / "train-labels-idx1-ubyte").unlink()
        (source / "t10k-images-idx3-ubyte").unlink()
        # A directory is none either.
        (source / "t10k-images-idx3-ubyte").mkdir()
        names = "lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte."
        self.refused("kmnist", source, data_dir, names, str(source))

    @pytest.mark.parametrize("stem", STEMS)
    def test_truncated(self, data_dir, source, stem):
        (path,) = source.glob(f"{stem}*")
        path.write_bytes(path.read_bytes()[:-1])
        self.refused("kmnist", source, data_dir, str(path), "and then only")

    @pytest.mark.parametrize("stem", STEMS)
    def test_truncated_gzip(self, data_dir, tmp_path, arrays, stem):
        source = write_files(tmp_path / "gzipped", arrays, compress=True)
        (path,) = source.glob(f"{stem}*")
        path.write_bytes(path.read_bytes()[:-1])
        self.refused("kmnist", source, data_dir, str(path), "end too early")

    def test_corrupt_gzip(self, data_dir, tmp_path, arrays):
        source = write_files(tmp_path / "gzipped", arrays, compress=True)
        path = source / "t10k-labels-idx1-ubyte.gz"
        path.write_bytes(path.read_bytes()[:-8] + bytes(8))
        self.refused("kmnist", source, data_dir, str(path), "damaged gzip data")

    def test_labels_for_images(self, data_dir, tmp_path, arrays):
        # The names of two files exchanged.
        images, labels, *_ = arrays
        source = write_files(tmp_path / "swapped", arrays)
        write_idx(source / "train-images-idx3-ubyte", labels)
        write_idx(source / "train-labels-idx1-ubyte", images)
        path = source / "train-images-idx3-ubyte"
        expected = "must hold the training images of KMNIST. Received: 7 labels"
        self.refused("kmnist", source, data_dir, f"'{path}' {expected}")

    def test_counts_that_differ(self, data_dir, source, arrays):
        write_idx(source / "train-labels-idx1-ubyte", arrays[1][:-1])
        paths = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
        self.refused("kmnist", source, data_dir, "7 images and 6 labels", *paths)

    def test_training_and_test_exchanged(self, data_dir, tmp_path, monkeypatch):
        letters = tfds.builder_cls("emnist").builder_configs["letters"]
        monkeypatch.setattr(letters, "train_examples", 4)
        monkeypatch.setattr(letters, "test_examples", 7)
        source = write_files(tmp_path / "s", make_arrays(), prefix="emnist-letters-")
        received = "Received: 7 images, as many as there are test images"
        self.refused(
            "emnist/letters", source, data_dir, received, "letters-train-images"
        )

    def test_another_image_size(self, data_dir, source):
        write_idx(source / "t10k-images-idx3-ubyte", np.zeros((4, 28, 27), "uint8"))
        received = "Received: images of the shape (28, 27), not (28, 28)"
        self.refused("kmnist", source, data_dir, received, "t10k-images-idx3-ubyte")

    def test_no_images(self, data_dir, source):
        write_idx(source / "t10k-images-idx3-ubyte", np.zeros((0, 28, 28), "uint8"))
        write_idx(source / "t10k-labels-idx1-ubyte", np.zeros(0, "uint8"))
        self.refused("kmnist", source, data_dir, "t10k-images", "Received: no images")

    def test_label_out_of_range(self, data_dir, source, arrays):
        arrays[3][2] = 10
        write_idx(source / "t10k-labels-idx1-ubyte", arrays[3])
        received = "Received: the label 10, where the last is 9"
        self.refused("kmnist", source, data_dir, received, "t10k-labels-idx1-ubyte")

    def test_header_that_claims_too_much(self, data_dir, source):
        path = source / "train-images-idx3-ubyte"
        header = bytes([0, 0, 8, 3, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0])
        path.write_bytes(header)
        self.refused("kmnist", source, data_dir, str(path), "(131072, 1024, 1024)")

    def test_another_set(self, data_dir, known_sets):
        source = known_sets["fashion_mnist"]
        self.refused(
            "mnist",
            source,
            data_dir,
            "train-images-idx3-ubyte.gz' must hold the training images of MNIST.",
            "Received: the training images of Fashion-MNIST.",
            "or prepare 'fashion_mnist'",
        )

    def test_one_file_of_another_set(self, data_dir, known_sets):
        name = "t10k-labels-idx1-ubyte.gz"
        (known_sets["fashion_mnist"] / name).replace(known_sets["mnist"] / name)
        self.refused(
            "mnist",
            known_sets["mnist"],
            data_dir,
            f"{name}' must hold the test labels of MNIST.",
            "Received: the test labels of Fashion-MNIST.",
        )

    def test_a_known_set_for_one_that_is_not(self, data_dir, known_sets):
        received = "Received: the training images of MNIST."
        self.refused("kmnist", known_sets["mnist"], data_dir, received)

    @pytest.mark.parametrize(
        ("one", "other", "received"),
        [
            ("train-images-idx3", "t10k-images-idx3", "test images of MNIST"),
            ("train-labels-idx1", "t10k-labels-idx1", "test labels of MNIST"),
            ("train-images-idx3", "train-labels-idx1", "training labels of MNIST"),
        ],
    )
    def test_exchanged_files_of_a_known_set(
        self, data_dir, known_sets, one, other, received
    ):
        source = known_sets["mnist"]
        one, other = source / f"{one}-ubyte.gz", source / f"{other}-ubyte.gz"
        before = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(before)
        self.refused("mnist", source, data_dir, one.name, f"Received: the {received}.")

    def test_a_single_changed_pixel(self, data_dir, known_sets):
        path = known_sets["mnist"] / "t10k-images-idx3-ubyte.gz"
        images = read_idx(path)
        images[0, 0, 0] ^= 1
        write_idx(path, images)
        sums = idx_sha256(images), published_files.SHA256["mnist"][2]
        self.refused("mnist", known_sets["mnist"], data_dir, path.name, *sums)

    def test_unreadable(self, data_dir, source, monkeypatch):
        def fail(path, maximum_bytes):
            raise PermissionError(13, "Permission denied", str(path))

        # Permissions do not bind every user that runs tests.
        monkeypatch.setattr(source_files, "read_idx", fail)
        path = source / "train-images-idx3-ubyte"
        self.refused("kmnist", source, data_dir, f"'{path}'", "Permission denied")


def test_known_files_are_accepted(known_sets, data_dir):
    assert prepare("mnist", known_sets["mnist"], data_dir).is_dir()
    assert prepare("fashion_mnist", known_sets["fashion_mnist"], data_dir).is_dir()


def test_finds_the_files_of_the_distribution(known_sets, data_dir, monkeypatch):
    directory = known_sets["fashion_mnist"]
    monkeypatch.setitem(published_files.SYSTEM_DIRECTORIES, "fashion_mnist", directory)
    assert prepare("fashion_mnist", data_dir=data_dir).is_dir()


@pytest.mark.parametrize("failure", [OSError(28, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("existing", [False, True])
def test_leaves_nothing_behind_when_it_fails(
    source, data_dir, monkeypatch, failure, existing
):
    def generate(self, **arguments):
        yield 0, {"image": np.zeros((28, 28, 1), "uint8"), "label": 0}
        raise failure

    if existing:
        prepare("kmnist", source, data_dir)
    before = contents(data_dir)
    monkeypatch.setattr(tfds.builder_cls("emnist"), "_generate_examples", generate)
    write_files(source, make_arrays(), prefix="emnist-digits-")
    with pytest.raises(type(failure)):
        prepare("emnist/digits", source, data_dir)
    assert contents(data_dir) == before
    assert data_dir.exists() == existing
    # And nothing stands in the way of another attempt.
    monkeypatch.undo()
    assert prepare("emnist/digits", source, data_dir).is_dir()


def test_two_processes_may_prepare_the_same(source, data_dir, monkeypatch):
    replace = os.replace

    def replace_late(one, other):
        monkeypatch.setattr(os, "replace", replace)
        prepare("kmnist", source, data_dir)
        replace(one, other)

    monkeypatch.setattr(os, "replace", replace_late)
    path = prepare("kmnist", source, data_dir)
    assert list(path.parent.iterdir()) == [path]
    assert len(load("kmnist", "train", data_dir)[0]) == 7


def test_a_file_in_the_way_of_the_result(source, tmp_path):
    with pytest.raises(OSError, match="train-images"):
        prepare("kmnist", source, source / "train-images-idx3-ubyte")
    assert len(list(source.iterdir())) == 4


@pytest.mark.long
@needs_complete_mnist
def test_complete_mnist_is_the_one_that_tfds_makes(data_dir):
    prepare("mnist", COMPLETE_IDX, data_dir)
    for split in ("train", "test"):
        images, labels = load("mnist", split, data_dir)
        expected_images, expected_labels = load("mnist", split, COMPLETE)
        np.testing.assert_array_equal(images, expected_images)
        np.testing.assert_array_equal(labels, expected_labels)


@needs_complete_mnist
def test_complete_mnist_is_not_fashion_mnist(data_dir):
    with pytest.raises(
        SourceFileError, match=r"Received: the training images of MNIST"
    ):
        prepare("fashion_mnist", COMPLETE_IDX, data_dir)


@pytest.mark.skipif(not DEBIAN.is_dir(), reason=f"there is no {DEBIAN}")
def test_debians_fashion_mnist_is_known(data_dir):
    with pytest.raises(SourceFileError, match=r"the training images of Fashion-MNIST"):
        prepare("mnist", DEBIAN, data_dir)
    builder = offline._standard_builder("fashion_mnist", data_dir)
    arrays = source_files.read_source_files("fashion_mnist", builder, DEBIAN)
    assert [len(labels) for _, labels in arrays.values()] == [60_000, 10_000]
