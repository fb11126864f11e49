import pytest

from keras_mlp.resuming import checkpoints
from tests.limits import ALWAYS, change_limits


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch):
    """A busy disk would make minutes of the hundreds of states that are written."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


@pytest.fixture(autouse=True)
def _in_groups_of_three(monkeypatch):
    """An epoch of 10 batches, the last of them not full, is of groups of 3, 3, 3, 1."""
    change_limits(monkeypatch, loop_pays_after=ALWAYS, most_steps=4)


@pytest.fixture
def all_kept(monkeypatch):
    """Every checkpoint of a run is kept: a run can have been stopped after any."""
    monkeypatch.setattr(checkpoints, "KEPT", 1000)
