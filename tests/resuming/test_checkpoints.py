"""The checkpoints in a directory: which are kept, and which is the newest."""

import pytest

from keras_mlp.resuming import Checkpoints, ResumeError
from keras_mlp.resuming.checkpoint_file import encode


def saved_in(directory):
    return sorted(path.name for path in directory.glob("checkpoint-*.npz"))


def test_last_two_are_kept_and_the_last_is_the_newest(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    assert not checkpoints.exist
    assert checkpoints.newest() is None
    for number in range(3):
        checkpoints.save(encode(number))
    assert checkpoints.exist
    assert saved_in(tmp_path) == ["checkpoint-00000001.npz", "checkpoint-00000002.npz"]
    newest = tmp_path / "checkpoint-00000002.npz"
    assert Checkpoints(tmp_path).newest() == (newest, 2)


def test_damaged_ones_are_not_kept_in_a_good_ones_place(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    for number in range(3):
        checkpoints.save(encode(number))
    first, second = (tmp_path / name for name in saved_in(tmp_path))
    second.write_bytes(b"damaged")
    checkpoints = Checkpoints(tmp_path)
    assert checkpoints.newest() == (first, 1)
    checkpoints.save(encode(3))
    assert saved_in(tmp_path) == [first.name, "checkpoint-00000003.npz"]
    for name in saved_in(tmp_path):
        (tmp_path / name).write_bytes(b"")
    assert Checkpoints(tmp_path).exist
    with pytest.raises(ResumeError, match="There is no other in"):
        Checkpoints(tmp_path).newest()


class Workers:
    """Stands in for the workers of a run, of which the chief says what it says."""

    is_alone = False

    def __init__(self, chief, failed=False, content=None):
        self.is_chief = chief
        self.said = []
        self._failed, self._content = failed, content

    def gather(self, numbers):
        self.said.append(numbers)
        return [numbers if self.is_chief else [self._failed], numbers]

    def share(self, data):
        return data if self.is_chief else self._content


def test_workers_other_than_the_chief_neither_read_nor_write(tmp_path):
    chief = Checkpoints(tmp_path / "chief", Workers(chief=True))
    chief.directory.mkdir()
    chief.save(encode({"step": 7}))
    path, state = chief.newest()
    nowhere = tmp_path / "nowhere"
    other = Checkpoints(nowhere, Workers(chief=False, content=path.read_bytes()))
    other.save(encode({"step": 8}))
    assert other.newest()[1] == state == {"step": 7}
    assert Checkpoints(nowhere, Workers(chief=False)).newest() is None
    assert not nowhere.exists()


def test_all_workers_stop_where_the_chief_cannot_read(tmp_path):
    (tmp_path / "checkpoint-00000000.npz").write_bytes(b"")
    workers = Workers(chief=True)
    with pytest.raises(ResumeError, match="There is no other in"):
        Checkpoints(tmp_path, workers).newest()
    # The others were told.
    assert workers.said == [[True]]
    with pytest.raises(ResumeError, match="an error on the chief"):
        Checkpoints(tmp_path, Workers(chief=False, failed=True)).newest()
