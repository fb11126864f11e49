"""Folders, files and arguments that will not do: one error or warning each."""

import struct
import warnings
import zlib

import numpy as np
import pytest

from keras_mlp.data import ImageFileError, describe_images, images, load
from tests.data.image_folders.folders import gather, make, pixels, save


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
        ({"store_as": "mnist"}, "TFDS or this package has"),
        ({"data_dir": "there"}, "without `store_as`"),
    ],
)
def test_arguments_that_will_not_do(classes, options, message):
    with pytest.raises(ValueError, match=message):
        images(classes, **options)


def test_load_says_what_loads_a_folder(classes):
    with pytest.raises(ValueError, match="It is a directory: `keras_mlp"):
        load(str(classes))


def test_names_that_cannot_be_printed(classes):
    (classes / "a").rename(classes / "a\nb")
    with pytest.raises(ValueError, match="cannot be printed"):
        images(classes)
