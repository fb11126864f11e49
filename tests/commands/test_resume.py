"""`keras-mlp train --resume`: runs that were stopped in every way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from keras_mlp.cli import main
from keras_mlp.recipes import MLPRecipe
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.runs.run import run
from keras_mlp.resuming import Checkpoints, DirectoryLock
from tests.commands.same_runs import assert_same_runs


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A busy disk would make this slow.
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


# With dropout, noise, batch normalization, a falling learning rate and shuffling.
TRAINS = """
import keras_mlp
from keras_mlp.recipes.runs.run import run
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


@pytest.mark.long
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


def stopping_at_save(number):
    """Returns a `Checkpoints.save` after which the command is ended once."""
    saves = []
    save = Checkpoints.save

    def saved(self, encoded):
        save(self, encoded)
        saves.append(encoded)
        if len(saves) == number:
            os.kill(os.getpid(), signal.SIGTERM)

    return saved


@pytest.mark.long
@pytest.mark.parametrize(
    ("option", "fixture", "more"),
    [
        ("--table", "table_file", ["--target", "kind"]),
        ("--images", "image_folder", []),
    ],
)
def test_own_data(option, fixture, more, request, monkeypatch, capsys):
    # They take most of the time, and are drawn from what is compared.
    for kind in (MLPRecipe, TableRecipe):
        monkeypatch.setattr(kind, "pictures", lambda *_: [])
    data = [option, str(request.getfixturevalue(fixture)), *more]
    arguments = [*data, "--epochs", "3", "--hidden-units", "4", "--batch-size", "64"]
    assert main(["train", *arguments, "--out", "peace"]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "save", stopping_at_save(3))
        stopped = ["--out", "stopped", "--save-every", "1e-9"]
        assert main(["train", *arguments, *stopped]) == 143
    capsys.readouterr()
    for wrong, message in [
        ([*data, "--epochs", "4"], "epochs=4, where it was begun with epochs=3"),
        (["--images", "other"], "begun with "),
    ]:
        assert resume(*wrong) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert message in line
    # What was given at the beginning may be given again.
    assert resume(*data) == 0
    assert_same_runs("peace", "stopped")


@pytest.mark.long
@pytest.mark.parametrize("name", ["realmlp-diamonds", "tabm-diamonds"])
def test_networks_for_tables(name, monkeypatch):
    """With callbacks of their own, schedules by steps, and rates by groups."""
    monkeypatch.setattr(TableRecipe, "pictures", lambda *_: [])
    arguments = ["train", name, "--epochs", "3"]
    assert main([*arguments, "--out", "peace"]) == 0
    with monkeypatch.context() as patch:
        # After the first of three epochs of nine or ten steps.
        patch.setattr(Checkpoints, "save", stopping_at_save(12))
        stopped = ["--out", "stopped", "--save-every", "1e-9"]
        assert main([*arguments, *stopped]) == 143
    assert resume() == 0
    assert_same_runs("peace", "stopped")
