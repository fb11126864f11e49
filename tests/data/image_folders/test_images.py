"""`data.images` against Pillow, TFDS' `ImageFolder` and NumPy."""

import os
import struct
import warnings
import zlib

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from PIL import Image

from keras_mlp.data import ImageFileError, describe, describe_images, images, load

RANDOM = np.random.default_rng(0)


def pixels(*shape):
    return RANDOM.integers(0, 256, shape, "uint8")


def save(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)


def gather(dataset):
    """One epoch as two arrays."""
    batches = [(image.numpy(), label.numpy()) for image, label in dataset]
    rows, labels = zip(*batches, strict=True)
    return np.concatenate(rows), np.concatenate(labels)


def in_any_order(dataset):
    return sorted(
        (label, row.tobytes()) for row, label in zip(*gather(dataset), strict=True)
    )


@pytest.fixture(scope="module")
def splits(tmp_path_factory):
    """Grey PNG files of one size, in two splits, unequally many a class."""
    root = tmp_path_factory.mktemp("splits")
    for split, counts in (("train", (40, 10)), ("test", (4, 6))):
        for name, count in zip(("cat", "dog"), counts, strict=True):
            for number in range(count):
                save(root / split / name / f"{number}.png", pixels(5, 4))
    return root


@pytest.fixture
def classes(tmp_path):
    """Two classes without splits, three images each."""
    for name in ("a", "b"):
        for number in range(3):
            save(tmp_path / name / f"{number}.png", pixels(4, 4))
    return tmp_path


@pytest.mark.parametrize("split", ["train", "test"])
def test_holds_what_tfds_image_folder_holds(splits, split):
    builder = tfds.ImageFolder(os.fspath(splits), shape=(5, 4, 1))
    expected = [
        (example["label"], example["image"].astype("float32").tobytes())
        for example in tfds.as_numpy(builder.as_dataset(split=split))
    ]
    loaded = images(splits, split, flatten=False, scale=False)
    assert in_any_order(loaded) == sorted(expected)
    assert list(loaded.class_names) == builder.info.features["label"].names
    assert loaded.take(1).class_names == loaded.class_names


def test_pixels_are_those_of_the_files(splits):
    rows, labels = gather(images(splits, "test", one_hot=True))
    expected = {
        np.asarray(Image.open(path)).reshape(-1).tobytes(): path.parent.name
        for path in splits.glob("test/*/*.png")
    }
    assert (rows.dtype, rows.shape) == ("float32", (10, 20))
    for row, label in zip(rows, labels, strict=True):
        name = expected[np.round(row * 255).astype("uint8").tobytes()]
        assert label.tolist() == [name == "cat", name == "dog"]


def test_every_part_has_its_share_of_each_class(splits):
    parts = [
        gather(images(splits, f"train[{start}%:{start + 40}%]", shuffle=False))
        for start in (0, 40)
    ]
    for _, labels in parts:
        assert 15 <= np.sum(labels == 0) <= 17
        assert 3 <= np.sum(labels == 1) <= 5
    together = np.concatenate([rows for rows, _ in parts])
    whole, _ = gather(images(splits, shuffle=False))
    np.testing.assert_array_equal(together, whole[: len(together)])


def test_a_new_file_leaves_those_of_its_class_in_their_order(classes):
    def of_class(label):
        rows, labels = gather(images(classes, shuffle=False))
        return rows[labels == label].tolist()

    before = of_class(0)
    save(classes / "a" / "new.png", pixels(4, 4))
    after = of_class(0)
    assert len(after) == 4
    assert [row for row in after if row in before] == before


@pytest.mark.parametrize("in_memory", [True, False])
def test_epochs_are_those_of_any_loaded_data_set(splits, in_memory):
    loaded = images(splits, batch_size=8, seed=5, in_memory=in_memory)
    first, second = gather(loaded)[0], gather(loaded)[0]
    assert (int(loaded.epoch), loaded.shuffled, len(loaded)) == (2, True, 7)
    assert not np.array_equal(first, second)
    again = images(splits, batch_size=8, seed=5, in_memory=in_memory)
    again.epoch.assign(1)
    np.testing.assert_array_equal(gather(again)[0], second)
    in_order, _ = gather(images(splits, shuffle=False))
    assert sorted(map(bytes, first)) == sorted(map(bytes, in_order))
    if in_memory:
        order = tf.random.experimental.stateless_shuffle(
            tf.range(50, dtype="int64"), seed=(5, 1), alg="philox"
        )
        np.testing.assert_array_equal(in_order[order], second)
    else:
        held_out, rest = loaded.split_at(2)
        assert (len(held_out), len(rest)) == (2, 5)
        assert not set(map(bytes, gather(held_out)[0])) & set(
            map(bytes, gather(rest)[0])
        )


def test_streamed_images_are_those_held_in_memory(splits):
    held, streamed = (
        gather(images(splits, "test", in_memory=in_memory, image_size=(6, 6)))
        for in_memory in (True, False)
    )
    for one, other in zip(held, streamed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_streams_from_another_working_directory(classes, monkeypatch):
    monkeypatch.chdir(classes.parent)
    loaded = images(classes.name, in_memory=False)
    monkeypatch.chdir("/")
    assert len(gather(loaded)[1]) == 6


def test_different_sizes_become_one_and_that_is_said(tmp_path, caplog):
    for number, size in enumerate([(200, 100), (200, 100), (300, 100)]):
        save(tmp_path / "a" / f"{number}.png", np.full(size, 255, "uint8"))
        save(tmp_path / "b" / f"{number}.jpg", np.full(size, 255, "uint8"))
    loaded = images(tmp_path, flatten=False)
    assert loaded.element_spec[0].shape[1:] == (64, 32, 1)
    assert "4 of 6 images are 200 x 100" in caplog.text
    assert "resized to 64 x 32" in caplog.text
    rows, _ = gather(loaded)
    # The tall ones keep their proportions, and are filled up with black.
    assert sorted(rows.mean(axis=(1, 2, 3)).round(2)) == pytest.approx(
        [21 / 32] * 2 + [1] * 4, abs=0.02
    )
    caplog.clear()
    assert describe_images(tmp_path, image_size=(8, 9)).image_shape == (8, 9, 1)
    assert not caplog.text


@pytest.mark.parametrize(
    ("array", "options", "color", "channels"),
    [
        (pixels(4, 4), {}, None, 1),
        (pixels(4, 4), {}, True, 3),
        (pixels(4, 4, 3), {}, None, 3),
        (pixels(4, 4, 3), {}, False, 1),
        # Grey and how opaque.
        (np.full((4, 4, 2), 255, "uint8"), {}, None, 1),
    ],
)
def test_colour_is_found_or_chosen(classes, array, options, color, channels):
    save(classes / "a" / "other.png", array, **options)
    assert describe_images(classes, color=color).image_shape == (4, 4, channels)
    assert images(classes, color=color).element_spec[0].shape[1] == 16 * channels


def test_images_are_read_as_they_are_shown(classes):
    exif = Image.Exif()
    exif[0x0112] = 6  # A quarter turn.
    shown = np.zeros((8, 16), "uint8")
    shown[:, :8] = 255
    for name in ("a", "b"):
        save(classes / name / "turned.jpg", np.rot90(shown), exif=exif, quality=100)
        for number in range(3):
            (classes / name / f"{number}.png").unlink()
    ink = np.zeros((8, 16, 4), "uint8")
    ink[:, 8:, 3] = 255  # Black ink, on nothing.
    save(classes / "b" / "ink.png", ink)
    rows, _ = gather(images(classes, color=False, flatten=False))
    assert rows.shape == (3, 8, 16, 1)
    np.testing.assert_allclose(rows * 255, [shown[:, :, None]] * 3, atol=3)


def add_broken(folder):
    png = (folder / "0.png").read_bytes()
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.jpg").write_bytes(b"no image")
    (folder / "cut.png").write_bytes(png[:-20])
    save(folder / "cut.jpg", pixels(64, 64))
    jpeg = (folder / "cut.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    # Every checksum is right, but the pixels are missing.
    place, data = png.index(b"IDAT"), b"IDAT" + zlib.compress(b"")
    (folder / "hollow.png").write_bytes(
        png[: place - 4]
        + struct.pack(">I", len(data) - 4)
        + data
        + struct.pack(">I", zlib.crc32(data))
        + png[-12:]
    )
    return ("empty.png", "text.jpg", "cut.png", "cut.jpg", "hollow.png")


def test_broken_files_are_one_error_or_left_out(classes):
    names = add_broken(classes / "b")
    with pytest.raises(ImageFileError, match="5 broken of 11") as caught:
        images(classes)
    assert all(name in str(caught.value) for name in names)
    assert "skip_broken=True" in str(caught.value)
    with pytest.warns(UserWarning, match="5 broken of 11") as warned:
        loaded = images(classes, skip_broken=True)
    assert warned[0].filename == __file__
    assert sorted(gather(loaded)[1]) == [0, 0, 0, 1, 1, 1]


def test_a_class_of_broken_files_alone_is_an_error(classes):
    for path in (classes / "b").iterdir():
        path.write_bytes(b"")
    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(ImageFileError, match="broken ones only in 'b'"),
    ):
        images(classes, skip_broken=True)


def test_a_file_that_was_mended_is_read_again(classes):
    right = (classes / "a" / "0.png").read_bytes()
    (classes / "a" / "0.png").write_bytes(right[:-1])
    with pytest.raises(ImageFileError):
        images(classes)
    (classes / "a" / "0.png").write_bytes(right)
    assert len(gather(images(classes))[1]) == 6
    save(classes / "a" / "0.png", np.full((4, 4), 7, "uint8"))
    assert 7 * 16 in gather(images(classes, scale=False))[0].sum(axis=1)


def test_what_is_no_image_is_named(classes):
    (classes / "a" / "notes.txt").write_text("")
    (classes / "b" / "old").mkdir()
    save(classes / "beside.png", pixels(4, 4))
    (classes / ".ipynb_checkpoints").mkdir()
    (classes / "a" / ".DS_Store").write_text("")
    with pytest.warns(UserWarning, match="left out") as warned:
        loaded = images(classes)
    said = str(warned[0].message)
    for name in ("notes.txt", "old", "beside.png"):
        assert name in said
    assert ".DS_Store" not in said
    assert loaded.class_names == ("a", "b")


def test_copies_in_the_test_split_are_named(splits, tmp_path):
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            save(tmp_path / split / name / "1.png", pixels(4, 4))
    copy = tmp_path / "test" / "dog" / "copy.png"
    copy.write_bytes((tmp_path / "train" / "cat" / "1.png").read_bytes())
    with pytest.warns(UserWarning, match="1 images in .* also in 'train'.*copy.png"):
        images(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images(splits)


def test_a_class_that_is_not_trained_on_is_named(splits, tmp_path):
    for split, names in (("train", "ab"), ("test", "abc")):
        for name in names:
            save(tmp_path / split / name / "1.png", pixels(4, 4))
    with pytest.warns(UserWarning, match="without a folder in 'train': 'c'"):
        assert images(tmp_path, "test").class_names == ("a", "b", "c")


def make(root, *files):
    for file in files:
        path = root / file
        if path.suffix == ".png":
            save(path, pixels(4, 4))
        elif path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        else:
            path.mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((), "no images in any folder of a class; files below it: none"),
        (("1.png", "2.png"), "no images in any folder of a class; .* 2 .png"),
        (("a/1.gif", "b/2.gif"), r"files below it: 2 .gif\. .*saved as PNG or JPEG"),
        (("a/1.png", "b"), "classes without images: 'b'"),
        (("train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b"), "'test/b'"),
        (("a/1.png", "a/2.png"), "one class only, 'a'"),
        (("train/a/1.png", "train/b/1.png", "c/1.png"), "beside them 'c'"),
        (("train/1.png", "test/1.png"), "'(train|test)' without a folder for each"),
    ],
)
def test_folders_that_will_not_do(tmp_path, files, message):
    make(tmp_path, *files)
    with pytest.raises(ValueError, match=message) as caught:
        images(tmp_path)
    assert "Argument `directory`" in str(caught.value)
    assert "Received: " in str(caught.value)


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="which is not there"):
        images(tmp_path / "missing")
    make(tmp_path, "file.txt")
    with pytest.raises(NotADirectoryError, match="which is a file"):
        describe_images(tmp_path / "file.txt")
    with pytest.raises(ValueError, match="directory=3"):
        images(3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "test"}, "has the splits 'train'"),
        ({"split": "train[:0]"}, "selects none"),
        ({"batch_size": 0}, "`batch_size`"),
        ({"batch_size": 7, "drop_remainder": True}, "at most 6"),
        ({"image_size": 4}, "`image_size`"),
        ({"color": "grey"}, "`color`"),
        ({"skip_broken": "no"}, "`skip_broken`"),
        ({"store_as": "../elsewhere"}, "`store_as`"),
        ({"store_as": "mnist"}, "known data set"),
        ({"data_dir": "there"}, "without `store_as`"),
    ],
)
def test_arguments_that_will_not_do(classes, options, message):
    with pytest.raises(ValueError, match=message):
        images(classes, **options)


def test_stored_images_are_a_prepared_data_set(splits, tmp_path):
    directory = tmp_path / "new" / "sets"
    loaded = images(splits, seed=1, store_as="pets", data_dir=directory)
    stored = load("pets", seed=1, data_dir=directory)
    for one, other in zip(gather(loaded), gather(stored), strict=True):
        np.testing.assert_array_equal(one, other)
    about = describe("pets", directory)
    assert about.splits == {"train": 50, "test": 10}
    assert about.class_names == stored.class_names == ("cat", "dog")
    assert about.image_shape == (5, 4, 1)
    by_tfds = tfds.load("pets", split="test", data_dir=directory, as_supervised=True)
    expected = images(splits, "test", scale=False, flatten=False)
    for (one, label), row, other in zip(by_tfds, *gather(expected), strict=True):
        np.testing.assert_array_equal(one, row)
        assert label == other
    # No rubbish beside it, and it is not written again.
    assert [path.name for path in directory.iterdir()] == ["pets"]
    before = {path: path.stat().st_mtime_ns for path in directory.rglob("*")}
    with pytest.raises(FileExistsError, match="not taken"):
        images(splits, store_as="pets", data_dir=directory)
    assert before == {path: path.stat().st_mtime_ns for path in directory.rglob("*")}


def test_nothing_stays_of_what_cannot_be_stored(classes, tmp_path):
    directory = tmp_path / "new" / "sets"
    make(classes, "a/cut.png")
    path = classes / "a" / "cut.png"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ImageFileError):
        images(classes, store_as="pets", data_dir=directory)
    assert not directory.parent.exists()


def test_description_goes_with_what_is_loaded(splits):
    about = describe_images(splits)
    assert about.splits == {"train": 50, "test": 10}
    assert about.num_classes == 2
    assert about.class_names == ("cat", "dog")
    spec = images(splits, flatten=False).element_spec[0]
    assert tuple(spec.shape[1:]) == about.image_shape == (5, 4, 1)


def test_keras_reads_the_same_classes(splits):
    theirs = keras.utils.image_dataset_from_directory(
        splits / "train", image_size=(5, 4), color_mode="grayscale", shuffle=False
    )
    ours = images(splits, flatten=False, scale=False)
    assert list(ours.class_names) == theirs.class_names
    assert in_any_order(ours) == [
        (int(label), row) for label, row in in_any_order(theirs)
    ]
