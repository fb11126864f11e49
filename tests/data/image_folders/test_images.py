"""`data.images` against Pillow, TFDS' `ImageFolder` and NumPy."""

import os

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from PIL import Image

from keras_mlp.data import describe_images, images
from tests.data.image_folders.folders import gather, pixels, save


def in_any_order(dataset):
    return sorted(
        (label, row.tobytes()) for row, label in zip(*gather(dataset), strict=True)
    )


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
