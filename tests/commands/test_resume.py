"""`keras-mlp train --resume`: runs that were stopped in every way."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_mlp.cli import main
from keras_mlp.recipes import MLPRecipe
from keras_mlp.recipes.run import run
from keras_mlp.resuming import Checkpoints, DirectoryLock


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A busy disk would make this slow.
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


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


# With dropout, noise, batch normalization, a falling learning rate and shuffling.
TRAINS = """
import keras_mlp
from keras_mlp.recipes.run import run
recipe = keras_mlp.recipes.get("fashion-best").replace(
    dataset="mnist_5k", hidden_units=(16,), epochs=4
)
"""
DIES_IN_A_SAVE = """
import os, signal
from keras_mlp.resuming import checkpoint_file
saves = []
def dying(descriptor):
    saves.append(descriptor)
    if len(saves) == 9:
        os.kill(os.getpid(), signal.SIGKILL)
os.fsync = dying
run(recipe, "killed", verbose=0, save_every=1e-9)
"""


def test_run_that_is_killed_in_a_save_equals_the_undisturbed(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    for name in ("killed", "peace"):
        Path(name).mkdir()
    dies = [sys.executable, "-c", TRAINS + DIES_IN_A_SAVE]
    assert subprocess.run(dies, check=False).returncode == -signal.SIGKILL
    saved = Path("killed/resume")
    assert len(list(saved.glob("checkpoint-*"))) == 2
    # Half-written.
    assert len(list(saved.glob(".*.npz"))) == 1

    assert main(["train", "--resume", "--out", "killed"]) == 0
    namespace = {}
    exec(TRAINS, namespace)
    run(namespace["recipe"], "peace", verbose=0)
    assert_same_runs("peace", "killed")


def small(*arguments):
    """Trains the default recipe in few, large batches."""
    settings = ["--epochs", "2", "--batch-size", "900"]
    return main(["train", *arguments, *settings])


def resume(*arguments):
    return main(["train", "--resume", "--out", "stopped", *arguments])


@pytest.mark.long
def test_signals_stop_with_their_status_and_it_goes_on(capsys, monkeypatch):
    assert small("--out", "peace") == 0

    # What a process has left that was killed at its start counts for nothing.
    Path("stopped/resume").mkdir(parents=True)
    Path("stopped/resume/lock").touch()
    Path("stopped/resume/.0123456789abcdef.json").touch()

    # SIGTERM while the model is trained.
    save = Checkpoints.save

    def terminated_after(self, encoded):
        save(self, encoded)
        os.kill(os.getpid(), signal.SIGTERM)

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "save", terminated_after)
        assert small("--out", "stopped", "--save-every", "1e-9") == 143
    goes_on = "'keras-mlp train --resume --out stopped' goes on"
    assert capsys.readouterr().err == f"keras-mlp train: terminated; {goes_on}\n"

    # Mistakes, of which each is one line and changes nothing.
    before = sorted(Path("stopped").rglob("*"))
    for arguments, message in [
        (["mnist-mlp"], "recipe='mnist-mlp', where it was begun with recipe='digits'"),
        (["--epochs", "3"], "epochs=3, where it was begun with epochs=2"),
        (["--seed", "1"], "seed=1, where it was begun with seed=0"),
    ]:
        assert resume(*arguments) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert message in line
    with DirectoryLock(Path("stopped/resume")).held():
        assert resume() == 2
    assert "is in use by another run" in capsys.readouterr().err
    assert small("--out", "stopped") == 2
    assert "--out must be new or empty" in capsys.readouterr().err
    assert sorted(Path("stopped").rglob("*")) == before

    # SIGINT after the training, while results are written.
    with monkeypatch.context() as patch:
        patch.setattr(
            MLPRecipe, "pictures", lambda *_: signal.raise_signal(signal.SIGINT)
        )
        assert resume() == 130
    assert capsys.readouterr().err == f"keras-mlp train: interrupted; {goes_on}\n"

    # What was given at the beginning may be given again.
    assert resume("digits", "--epochs", "2") == 0
    assert_same_runs("peace", "stopped")
    capsys.readouterr()
    assert resume() == 0
    assert capsys.readouterr().out == (
        "The run in stopped/ is complete: there is nothing to resume.\n"
    )


def test_there_must_be_a_run_to_resume(capsys):
    Path("empty").mkdir()
    for arguments, message in [
        ([], "--resume needs the run that is to go on. Received: no --out"),
        (["--out", "nowhere"], "'nowhere', which does not exist"),
        (["--out", "empty"], "'empty', which holds none"),
    ]:
        assert main(["train", "--resume", *arguments]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert message in line
    assert not Path("nowhere").exists()


def test_damaged_settings_are_one_line(capsys):
    Path("stopped/resume").mkdir(parents=True)
    Path("stopped/resume/settings.json").write_text("{")
    assert resume() == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "must be the settings of a run" in line


def test_a_kill_at_the_very_end_leaves_a_complete_run(capsys):
    Path("stopped/resume").mkdir(parents=True)
    Path("stopped/run.json").write_text("{}")
    assert resume() == 0
    assert "is complete" in capsys.readouterr().out
    assert not Path("stopped/resume").exists()
