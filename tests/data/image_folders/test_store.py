"""`store_as` against what `load` and TFDS read."""

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_mlp.data import ImageFileError, describe, images, load
from tests.data.image_folders.folders import gather, make


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
