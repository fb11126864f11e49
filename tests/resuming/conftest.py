import pytest


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch):
    """A busy disk would make minutes of the hundreds of states that are written."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
