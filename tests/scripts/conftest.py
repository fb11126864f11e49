"""Lets the tests import what lies beside the scripts."""

import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture
def worker_environment(tmp_path, monkeypatch):
    """The environment of `scripts/benchmark`, with 40 made-up images."""
    import numpy as np
    from benchmarking import examples

    for split in ("train", "test"):
        np.save(tmp_path / f"{split}_images.npy", np.full((40, 784), 255, "uint8"))
        np.save(tmp_path / f"{split}_labels.npy", np.arange(40) % 10)
    monkeypatch.setenv(examples.DIRECTORY, str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(SCRIPTS))
