"""One process in a directory at a time, and one lock of a process."""

import pytest

from keras_mlp.resuming import DirectoryInUseError, DirectoryLock


def test_another_lock_is_refused_until_the_first_is_let_go(tmp_path):
    directory = tmp_path / "run"
    lock, other = DirectoryLock(directory), DirectoryLock(directory)
    with lock.held():
        # Who holds it may hold it again, and still does after that.
        with lock.held():
            pass
        with pytest.raises(DirectoryInUseError, match="in use by another run"):
            other.held().__enter__()
    with other.held():
        assert (directory / "lock").exists()


def test_a_lock_that_was_removed_is_no_lock(tmp_path):
    with DirectoryLock(tmp_path).held():
        (tmp_path / "lock").unlink()
        # As a run does that ends, whose directory is then that of another run.
        with DirectoryLock(tmp_path).held():
            assert (tmp_path / "lock").exists()
