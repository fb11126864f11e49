"""Comparing runs."""

import json
from pathlib import Path

import keras
import numpy as np


def assert_same_runs(one, other):
    """Asserts that two complete runs have the same bits, and the same files."""
    names = [sorted(path.name for path in Path(run).iterdir()) for run in (one, other)]
    assert names[0] == names[1]
    records = [json.loads(Path(run, "run.json").read_text()) for run in (one, other)]
    for figures in ("history", "test", "hyperparameters", "data"):
        assert records[0][figures] == records[1][figures]
    models = [keras.saving.load_model(Path(run, "model.keras")) for run in (one, other)]
    variables = [[*model.variables, *model.optimizer.variables] for model in models]
    for ours, theirs in zip(*variables, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
