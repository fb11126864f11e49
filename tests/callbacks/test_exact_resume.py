"""A run that was stopped and resumed equals one that never was, bit for bit."""

import keras
import pytest
import tensorflow as tf
from runs import assert_same, checkpoints, load, make_model, stopped_at, train

import keras_mlp
from keras_mlp.callbacks import checkpoints as checkpoints_module
from keras_mlp.training import execution, loop_runner


@pytest.fixture(autouse=True)
def _in_groups_of_three(monkeypatch):
    """An epoch of 10 batches, the last of them not full, is of groups of 3, 3, 3, 1."""
    monkeypatch.setattr(
        loop_runner, "LOOP_PAYS_AFTER", {"train": 0, "test": 0, "predict": 0}
    )
    monkeypatch.setattr(execution, "MOST_STEPS", 4)


@pytest.fixture
def _all_kept(monkeypatch):
    monkeypatch.setattr(checkpoints_module, "KEPT", 1000)


class Doubled(keras_mlp.Sequential):
    """A training step of its own, whose logs are not the model's metrics."""

    def train_step(self, data):
        x, y = data
        logs = super().train_step((x, y))
        return {**logs, "brightness": tf.reduce_mean(x)}


WAYS = {
    "groups": dict(),
    "groups with XLA": dict(jit_compile=True),
    "one by one": dict(steps_per_execution=1),
    "groups of four": dict(steps_per_execution=4),
    "eagerly": dict(run_eagerly=True),
    "own step": dict(model_class=Doubled),
    "half precision": dict(half=True),
    "full batches": dict(drop_remainder=True),
    "from disk": dict(in_memory=False),
}


@pytest.mark.usefixtures("_all_kept")
@pytest.mark.parametrize("way", WAYS)
def test_resumed_run_equals_the_undisturbed(way, tmp_path):
    options = dict(WAYS[way])
    names = ("drop_remainder", "in_memory")
    loading = {name: options.pop(name) for name in names if name in options}
    policy = "mixed_bfloat16" if options.pop("half", False) else "float32"
    keras.config.set_dtype_policy(policy)

    def run(directory):
        return train(directory, make_model(**options), data=load(**loading))

    try:
        expected = run(None)
        assert_same(run(tmp_path / "whole"), expected)
        saved = checkpoints(tmp_path / "whole")
        # In the middle of the first epoch, after the last group of one, and the end.
        for index in (0, len(saved) // 3, len(saved) // 2, -1):
            directory = stopped_at(saved[index], tmp_path / f"stopped-{index}")
            assert_same(run(directory), expected)
    finally:
        keras.config.set_dtype_policy("float32")
