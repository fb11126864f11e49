"""Folders of images that several tests read."""

import pytest

from tests.data.image_folders.folders import pixels, save


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
