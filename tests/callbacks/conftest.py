import pytest

from keras_mlp.resuming import checkpoints
from keras_mlp.training.planning import rules


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch):
    """A busy disk would make minutes of the hundreds of states that are written."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


@pytest.fixture(autouse=True)
def _in_groups_of_three(monkeypatch):
    """An epoch of 10 batches, the last of them not full, is of groups of 3, 3, 3, 1."""
    monkeypatch.setattr(rules, "LOOP_PAYS_AFTER", {"train": 0, "test": 0, "predict": 0})
    monkeypatch.setattr(rules, "MOST_STEPS", 4)


@pytest.fixture
def all_kept(monkeypatch):
    """Every checkpoint of a run is kept: a run can have been stopped after any."""
    monkeypatch.setattr(checkpoints, "KEPT", 1000)
