"""`load` and `describe` against TFDS' own reading and plain NumPy."""

import logging
import os
import random
import shutil
import sys
import urllib.error
from pathlib import Path

import hypothesis
import keras
import numpy as np
import pytest
import requests
import tensorflow as tf
import tensorflow_datasets as tfds
from hypothesis import strategies

from keras_mlp.data import (
    DatasetNotPreparedError,
    UnknownDatasetError,
    describe,
    load,
)
from keras_mlp.data.preparing.published_files import SYSTEM_DIRECTORIES

EMBEDDED = Path(sys.modules["keras_mlp.data"].__file__).parent / "mnist_5k" / "1.0.0"
COMPLETE = Path(os.environ.get("TFDS_DATA_DIR", "missing"))

needs_complete_mnist = pytest.mark.skipif(
    not (COMPLETE / "mnist").is_dir(),
    reason="TFDS_DATA_DIR names no directory that holds the complete mnist",
)


def read_with_tfds(split, directory=EMBEDDED):
    builder = tfds.builder_from_directory(directory)
    return tfds.as_numpy(
        builder.as_dataset(split=split, batch_size=-1, as_supervised=True)
    )


def gather(dataset):
    """One epoch as two arrays."""
    batches = [(image.numpy(), label.numpy()) for image, label in dataset]
    images, labels = zip(*batches, strict=True)
    return np.concatenate(images), np.concatenate(labels)


def in_any_order(images, labels):
    """A canonical order, to compare sets of examples."""
    rows = np.concatenate([labels[:, None], images.reshape(len(images), -1)], axis=1)
    return rows[np.lexsort(rows.T)]


class Shapes(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Two kinds of image, of different sizes unless one size is given."""

    name = "shapes"
    VERSION = tfds.core.Version("1.2.3")

    def __init__(self, size=None, **kwargs):
        self._size = size
        super().__init__(**kwargs)

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(
                {
                    "picture": tfds.features.Image(
                        shape=(*(self._size or (None, None)), 3)
                    ),
                    "kind": tfds.features.ClassLabel(names=["dark", "light"]),
                }
            ),
            supervised_keys=("picture", "kind"),
            # In the order of the keys, so that the tests know it.
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager):
        return {
            "train": self._generate_examples(12),
            "held": self._generate_examples(5),
        }

    def _generate_examples(self, count):
        for number in range(count):
            size = self._size or (4 + number, 6)
            pixels = 200 * (number % 2) + number
            yield (
                number,
                {
                    "picture": np.full((*size, 3), pixels, "uint8"),
                    "kind": number % 2,
                },
            )


@pytest.fixture(scope="module")
def shapes_dir(tmp_path_factory):
    """A directory of data sets that holds `shapes`, with images of many sizes."""
    directory = tmp_path_factory.mktemp("varying")
    Shapes(data_dir=directory).download_and_prepare()
    return directory


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr("urllib.request.urlopen", refuse)


def test_file_order_is_that_of_tfds():
    images, labels = gather(load("mnist_5k", "test", 64))
    expected_images, expected_labels = read_with_tfds("test")
    np.testing.assert_array_equal(
        images, expected_images.reshape(-1, 784).astype("float32") / 255
    )
    np.testing.assert_array_equal(labels, expected_labels)
    assert (images.dtype, labels.dtype) == ("float32", "int64")


def test_images_that_are_neither_flat_nor_scaled():
    images, _ = gather(load("mnist_5k", "test", 300, flatten=False, scale=False))
    expected, _ = read_with_tfds("test")
    assert images.dtype == "float32"
    np.testing.assert_array_equal(images, expected)


def test_one_hot_labels():
    _, labels = gather(load("mnist_5k", "test", 300, one_hot=True))
    _, expected = read_with_tfds("test")
    assert labels.dtype == "float32"
    np.testing.assert_array_equal(labels, np.eye(10)[expected])


def test_the_global_dtype_policy_does_not_change_the_data():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        assert load("mnist_5k", "test").element_spec[0].dtype == "float32"
    finally:
        keras.config.set_dtype_policy(before)


@pytest.mark.long_after(6)
@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(
    ("split", "batch_size", "drop_remainder", "sizes", "static"),
    [
        ("test[:10]", 4, False, [4, 4, 2], None),
        ("test[:10]", 4, True, [4, 4], 4),
        ("test[:10]", 5, False, [5, 5], 5),
        ("test[:10]", 10, True, [10], 10),
        ("test[:10]", 64, False, [10], None),
        ("test[:1]", np.int32(1), False, [1], 1),
    ],
)
def test_batch_sizes(split, batch_size, drop_remainder, sizes, static, in_memory):
    dataset = load(
        "mnist_5k",
        split,
        batch_size,
        drop_remainder=drop_remainder,
        in_memory=in_memory,
    )
    assert [len(label) for _, label in dataset] == sizes
    assert len(dataset) == len(sizes)
    assert dataset.element_spec[0].shape == (static, 784)
    assert dataset.element_spec[1].shape == (static,)


@pytest.mark.long_after(3)
@pytest.mark.parametrize(
    ("split", "count"),
    [
        ("train", 4000),
        ("train[:80%]", 3200),
        ("train[80%:]", 800),
        ("train[-7:]", 7),
        ("train[:10]+test[5:9]", 14),
        ("train+test", 5000),
        ("all", 5000),
    ],
)
def test_split_syntax(split, count):
    images, labels = gather(load("mnist_5k", split, 512, shuffle=False, scale=False))
    assert len(images) == count
    parts = [
        read_with_tfds(part) for part in split.replace("all", "train+test").split("+")
    ]
    expected_images, expected_labels = (
        np.concatenate(of) for of in zip(*parts, strict=True)
    )
    np.testing.assert_array_equal(images, expected_images.reshape(count, 784))
    np.testing.assert_array_equal(labels, expected_labels)


@hypothesis.settings(deadline=None, max_examples=4, derandomize=True)
@hypothesis.given(
    count=strategies.integers(1, 60),
    batch_size=strategies.integers(1, 70),
    seed=strategies.integers(0, 2**63 - 1),
    in_memory=strategies.booleans(),
)
def test_each_epoch_is_a_permutation(count, batch_size, seed, in_memory):
    split = f"train[:{count}]"
    dataset = load(
        "mnist_5k", split, batch_size, scale=False, seed=seed, in_memory=in_memory
    )
    expected = in_any_order(*read_with_tfds(split))
    for _ in range(2):
        assert len(dataset) == -(-count // batch_size)
        np.testing.assert_array_equal(in_any_order(*gather(dataset)), expected)


def test_any_epoch_can_be_computed_from_seed_and_number():
    dataset = load("mnist_5k", "train", 1000, scale=False, seed=7)
    images, labels = read_with_tfds("train")
    for epoch in (0, 1, 5, 2**40):
        order = tf.random.experimental.stateless_shuffle(
            tf.range(4000, dtype="int64"), (7, epoch), alg="philox"
        )
        dataset.epoch.assign(epoch)
        epoch_images, epoch_labels = gather(dataset)
        np.testing.assert_array_equal(epoch_images, images.reshape(-1, 784)[order])
        np.testing.assert_array_equal(epoch_labels, labels[order])


@pytest.mark.long_after(1)
@pytest.mark.parametrize("in_memory", [True, False])
def test_the_order_depends_on_seed_and_epoch_alone(in_memory):
    def epochs(seed, count, start=0):
        dataset = load("mnist_5k", "train[:200]", 50, seed=seed, in_memory=in_memory)
        assert dataset.seed == seed
        dataset.epoch.assign(start)
        return [gather(dataset)[0] for _ in range(count)]

    tf.random.set_seed(1)
    first, second = epochs(seed=3, count=2)
    tf.random.set_seed(2)
    np.testing.assert_array_equal(epochs(seed=3, count=1)[0], first)
    np.testing.assert_array_equal(epochs(seed=3, count=1, start=1)[0], second)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, epochs(seed=4, count=1)[0])


def test_the_shuffle_mixes_as_well_as_chance():
    # The number of examples from the first half of the file, in batches of 100, has
    # the variance of the hypergeometric distribution, 24.4. A shuffle that spreads
    # the examples too evenly stays far below.
    dataset = load("mnist_5k", "train", 100, scale=False, seed=0)
    images, _ = read_with_tfds("train")
    number_of = {image.tobytes(): number for number, image in enumerate(images)}
    assert len(number_of) == 4000
    counts = []
    for _ in range(10):
        for batch, _ in dataset:
            pixels = batch.numpy().astype("uint8")
            counts.append(sum(number_of[row.tobytes()] < 2000 for row in pixels))
    assert 18 < np.var(counts) < 31


@pytest.mark.long_after(3)
@pytest.mark.parametrize(
    ("split", "shuffle", "is_shuffled"),
    [
        ("train", None, True),
        ("test", None, False),
        ("train[99%:]", None, True),
        ("test[:50]+train[:50]", None, True),
        ("all", None, True),
        ("train[:90]", False, False),
        ("test[:90]", True, True),
    ],
)
def test_what_is_shuffled(split, shuffle, is_shuffled):
    in_file_order = gather(load("mnist_5k", split, 500, shuffle=False, scale=False))
    images, labels = gather(
        load("mnist_5k", split, 500, shuffle=shuffle, scale=False, seed=0)
    )
    assert np.array_equal(images, in_file_order[0]) is not is_shuffled
    np.testing.assert_array_equal(
        in_any_order(images, labels), in_any_order(*in_file_order)
    )


def test_epoch_counts_iterations_that_are_drawn_from():
    dataset = load("mnist_5k", "train[:100]", 10)
    assert dataset.epoch.dtype == "int64"
    assert int(dataset.epoch) == 0
    iter(dataset)
    assert int(dataset.epoch) == 0
    next(iter(dataset))
    assert int(dataset.epoch) == 1
    gather(dataset)
    assert int(dataset.epoch) == 2


@pytest.mark.long_after(1)
@pytest.mark.parametrize("built", [True, False])
def test_keras_fit_uses_one_number_an_epoch(built):
    model = keras.Sequential([keras.layers.Dense(10)])
    if built:
        model.build((None, 784))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    dataset = load("mnist_5k", "train[:200]", 64)
    model.fit(dataset, epochs=3, shuffle=False, verbose=0)
    assert int(dataset.epoch) == 3


def test_a_seed_that_is_drawn_is_repeatable():
    seeds = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        seeds.append([load("mnist_5k", "train[:9]").seed for _ in range(2)])
    assert seeds[0] == seeds[1]
    assert seeds[0][0] != seeds[0][1]


def test_a_seed_that_is_passed_leaves_the_generator_alone():
    before = random.getstate()
    load("mnist_5k", "train[:9]", seed=5)
    assert random.getstate() == before


def test_streaming_yields_the_same_examples():
    in_memory = gather(load("mnist_5k", "test[:200]", 64, in_memory=True))
    streamed = gather(load("mnist_5k", "test[:200]", 64, in_memory=False))
    for expected, actual in zip(in_memory, streamed, strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_streaming_is_announced_once(caplog):
    with caplog.at_level(logging.INFO, logger="keras_mlp"):
        load("mnist_5k", "train", in_memory=False)
    (record,) = caplog.records
    assert record.name == "keras_mlp"
    assert "mnist_5k: 4000 examples" in record.getMessage()


def test_images_of_different_sizes_are_resized(shapes_dir):
    for in_memory in (True, False):
        images, labels = gather(
            load(
                "shapes",
                "train",
                5,
                image_size=(8, 7),
                flatten=False,
                scale=False,
                shuffle=False,
                in_memory=in_memory,
                data_dir=shapes_dir,
            )
        )
        assert images.shape == (12, 8, 7, 3)
        # Each image has one colour, which resizing does not change.
        numbers = np.arange(12)
        colours = 200 * (numbers % 2) + numbers
        np.testing.assert_array_equal(
            images, np.ones_like(images) * colours[:, None, None, None]
        )
        np.testing.assert_array_equal(labels, numbers % 2)


def test_image_size_of_images_that_have_one():
    resized = load("mnist_5k", "test[:8]", image_size=(14, 20), flatten=False)
    images, _ = gather(resized)
    assert images.shape == (8, 14, 20, 1)
    assert images.min() >= 0
    assert images.max() <= 1
    # Whole pixels, as everywhere.
    np.testing.assert_allclose(images * 255, np.round(images * 255), atol=1e-4)


def test_images_of_different_sizes_need_an_image_size(shapes_dir):
    with pytest.raises(ValueError, match=r"`image_size` is needed.*Received: .*None"):
        load("shapes", data_dir=shapes_dir)


def test_describe(shapes_dir):
    description = describe("shapes", shapes_dir)
    assert description.name == "shapes"
    assert description.splits == {"train": 12, "held": 5}
    assert description.image_shape == (None, None, 3)
    assert description.num_classes == 2
    assert description.class_names == ("dark", "light")
    assert "lecun2010mnist" in describe("mnist_5k").citation


@pytest.mark.parametrize("name", ["shapes", "shapes:1.2.3", "shapes:1.*.*"])
def test_names_with_a_version(shapes_dir, name):
    assert describe(name, data_dir=str(shapes_dir)).splits["held"] == 5


def test_the_environment_variable_is_read_at_each_call(shapes_dir, monkeypatch):
    # TFDS itself reads it when it is imported, which was long ago.
    monkeypatch.setenv("TFDS_DATA_DIR", str(shapes_dir))
    assert describe("shapes").num_classes == 2


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mnist5k", "'mnist_5k'"),
        ("fashion-mnist", "'fashion_mnist'"),
        ("cifar_10", "'cifar10'"),
        ("emnist/bymerg", "'emnist/bymerge'"),
        ("mnist:3.0.0", "'mnist:3.0.1'"),
        ("no such thing at all", "list_builders"),
        ("../mnist", "'mnist'"),
        ("", "list_builders"),
        (None, "list_builders"),
    ],
)
def test_unknown_names(name, near, no_network, tmp_path):
    with pytest.raises(UnknownDatasetError) as caught:
        load(name, data_dir=tmp_path)
    assert isinstance(caught.value, ValueError)
    message = str(caught.value)
    assert message.startswith("Argument `name` must be ")
    assert f"Received: name={name!r}" in message
    assert near in message
    assert "\n" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("function", [load, describe])
def test_not_prepared_without_a_network(function, no_network, tmp_path, capfd):
    directory = tmp_path / "data"
    with pytest.raises(DatasetNotPreparedError) as caught:
        function("mnist", data_dir=directory)
    assert isinstance(caught.value, FileNotFoundError)
    message = str(caught.value)
    for part in (
        "Received: name='mnist'",
        str(directory),
        "storage.googleapis.com cannot be reached",
        "TFDS_DATA_DIR",
        "`data_dir`",
        "`keras-mlp data prepare mnist --from DIR`",
    ):
        assert part in message
    # What needs nothing, or next to nothing, is said first.
    here, near = message.index("'mnist_5k'"), message.index("prepare fashion_mnist`")
    assert here < near < message.index("TFDS_DATA_DIR")
    assert "\n" not in message
    assert not directory.exists()
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("installed", [False, True])
def test_files_of_the_system_are_named_first(
    installed, no_network, monkeypatch, tmp_path
):
    files = tmp_path / "files"
    if installed:
        files.mkdir()
    monkeypatch.setitem(SYSTEM_DIRECTORIES, "fashion_mnist", files)
    with pytest.raises(DatasetNotPreparedError) as caught:
        load("fashion_mnist", data_dir=tmp_path / "data")
    message = str(caught.value)
    assert ("`apt install dataset-fashion-mnist`" in message) is not installed
    assert message.index("`keras-mlp data prepare fashion_mnist`") < (
        message.index("'mnist_5k'")
    )
    # What is prepared is named in place of what is not.
    (tmp_path / "data" / "fashion_mnist").mkdir(parents=True)
    with pytest.raises(DatasetNotPreparedError, match="'fashion_mnist', which is prep"):
        load("mnist", data_dir=tmp_path / "data")


def test_a_download_that_fails_leaves_nothing(monkeypatch, tmp_path):
    kept = tmp_path / "downloads" / "other" / "kept.zip"
    kept.parent.mkdir(parents=True)
    kept.touch()

    def answer(request, timeout):
        raise urllib.error.HTTPError(request.full_url, 404, "no such page", {}, None)

    def break_off(*args, **kwargs):
        raise requests.exceptions.ConnectionError("the line is dead\nand cold")

    monkeypatch.setattr("urllib.request.urlopen", answer)
    monkeypatch.setattr(requests.Session, "get", break_off)
    with pytest.raises(
        DatasetNotPreparedError, match=r"the line is dead[^\n]*TFDS_DATA"
    ):
        load("mnist", data_dir=tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]
    assert [path.name for path in tmp_path.iterdir()] == ["downloads"]


def test_damaged_files(shapes_dir, tmp_path):
    directory = tmp_path / "shapes" / "1.2.3"
    shutil.copytree(shapes_dir / "shapes" / "1.2.3", directory)
    (record_file,) = directory.glob("*train.tfrecord*")
    whole = record_file.read_bytes()
    record_file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatasetNotPreparedError, match=r"'shapes' in .* are damaged"):
        load("shapes", image_size=(8, 8), data_dir=tmp_path)
    record_file.unlink()
    with pytest.raises(DatasetNotPreparedError, match=r"'shapes' in .* are damaged"):
        load("shapes", image_size=(8, 8), data_dir=tmp_path)
    (directory / "dataset_info.json").write_text("{")
    with pytest.raises(DatasetNotPreparedError, match="'shapes' was found but cannot"):
        load("shapes", image_size=(8, 8), data_dir=tmp_path)


@pytest.mark.parametrize("name", ["imdb_reviews", "coco"])
def test_sets_that_are_neither_images_of_classes_nor_tables(name, no_network, tmp_path):
    # No download is begun, only to find out afterwards.
    with pytest.raises(ValueError, match=r"image-classification set.*Received: "):
        load(name, data_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "split",
    ["", "validation", "train[:80", "train[:4001]", "train[:0]", "train[9:3]", None, 3],
)
def test_bad_splits(split):
    with pytest.raises(ValueError, match="Argument `split` must") as caught:
        load("mnist_5k", split)
    message = str(caught.value)
    assert "'train' (4000 examples), 'test' (1000 examples)" in message
    assert f"Received: split={split!r}" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "`batch_size` must.*Received: batch_size=0"),
        ({"batch_size": -3}, "`batch_size` must.*Received: batch_size=-3"),
        ({"batch_size": True}, "`batch_size` must.*Received: batch_size=True"),
        ({"batch_size": 2.0}, r"`batch_size` must.*Received: batch_size=2\.0"),
        ({"batch_size": None}, "`batch_size` must.*Received: batch_size=None"),
        (
            {"batch_size": 4001, "drop_remainder": True},
            "`batch_size` must be at most 4000.*Received: batch_size=4001",
        ),
        ({"seed": -1}, "`seed` must.*Received: seed=-1"),
        ({"seed": 2**63}, "`seed` must.*Received: seed=9223372036854775808"),
        ({"seed": True}, "`seed` must.*Received: seed=True"),
        ({"seed": 1.5}, r"`seed` must.*Received: seed=1\.5"),
        ({"image_size": 28}, "`image_size` must.*Received: image_size=28"),
        ({"image_size": (28, 0)}, "`image_size` must.*Received: image_size=0"),
        ({"flatten": None}, "`flatten` must.*Received: flatten=None"),
        ({"scale": "yes"}, "`scale` must.*Received: scale='yes'"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        load("mnist_5k", **arguments)


@needs_complete_mnist
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_complete_data(name):
    directory = COMPLETE / name / "3.0.1"
    if not directory.is_dir():
        pytest.skip(f"TFDS_DATA_DIR holds no {name} 3.0.1")
    assert describe(name).splits == {"train": 60000, "test": 10000}
    dataset = load(name, "test[:20%]", 128, data_dir=COMPLETE, scale=False)
    assert len(dataset) == 16
    expected_images, expected_labels = read_with_tfds("test[:20%]", directory)
    images, labels = gather(dataset)
    np.testing.assert_array_equal(images, expected_images.reshape(-1, 784))
    np.testing.assert_array_equal(labels, expected_labels)


def test_a_split_is_decoded_once(monkeypatch, shapes_dir):
    decodings = []
    real = tf.data.Dataset.get_single_element
    monkeypatch.setattr(
        tf.data.Dataset,
        "get_single_element",
        lambda self: decodings.append(1) or real(self),
    )
    first = gather(load("shapes", "train", image_size=(9, 5), data_dir=shapes_dir))
    again = gather(load("shapes", "train", image_size=(9, 5), data_dir=shapes_dir))
    assert len(decodings) == 1
    np.testing.assert_array_equal(in_any_order(*first), in_any_order(*again))
    load("shapes", "train", image_size=(5, 9), data_dir=shapes_dir)
    assert len(decodings) == 2
    # Prepared anew: the files are not what they were.
    for path in Path(shapes_dir).rglob("*.tfrecord*"):
        os.utime(path, ns=(1, 1))
    load("shapes", "train", image_size=(9, 5), data_dir=shapes_dir)
    assert len(decodings) == 3
