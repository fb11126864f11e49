"""`ExactResume.session`, by which `fit` asks where it is to begin."""

import types

import keras
import pytest

from keras_mlp.callbacks import ExactResume, ResumeError
from keras_mlp.training import WorkerGroup
from keras_mlp.training.call import Start
from keras_mlp.training.errors import StartError
from tests.callbacks.runs import load, saved_in, stopped_at, train

pytestmark = pytest.mark.usefixtures("all_kept")


def call_of(epochs=2, whole_epochs=True):
    """What `session` reads of a `Call`."""
    return types.SimpleNamespace(
        x=load(),
        validation_data=None,
        epochs=epochs,
        batches=10,
        whole_epochs=whole_epochs,
    )


def start_of(directory, **options):
    resume = ExactResume(directory)
    with resume.session(call_of(**options), [resume], WorkerGroup(None)) as start:
        return start


def test_begins_where_the_state_was_saved(tmp_path):
    assert start_of(tmp_path / "empty") == Start()
    train(tmp_path / "whole", validation_data=load("train[300:400]"))
    # After 3, 6 and 10 steps, before the second epoch, after 3 of that, and so on.
    saved = saved_in(tmp_path / "whole")
    within, trained = (
        start_of(stopped_at(saved[number], tmp_path / str(number))) for number in (1, 2)
    )
    assert (within.epoch, within.step, within.trained) == (0, 6, False)
    assert (trained.epoch, trained.step, trained.trained) == (0, 10, True)
    assert set(within.logs) == set(trained.logs) == {"accuracy", "loss"}
    # A complete run trains nothing, and goes on with more epochs.
    assert start_of(tmp_path / "whole").epoch == 2
    assert start_of(tmp_path / "whole", epochs=3).epoch == 2
    assert start_of(tmp_path / "whole", epochs=1).epoch == 2


def test_a_run_that_stopped_early_begins_at_its_end(tmp_path):
    stopping = keras.callbacks.EarlyStopping("loss", min_delta=10, patience=1)
    train(tmp_path, epochs=9, callbacks=[stopping])
    assert stopping.stopped_epoch == 1
    assert start_of(tmp_path, epochs=9) == Start(epoch=9)


def test_what_fit_cannot_begin_with_is_an_error_of_resuming(tmp_path):
    resume = ExactResume(tmp_path)
    with (
        pytest.raises(ResumeError, match="groups of 3") as caught,
        resume.session(call_of(), [resume], WorkerGroup(None)),
    ):
        raise StartError("groups of 3 steps")
    assert isinstance(caught.value.__cause__, StartError)


def test_steps_per_epoch_have_no_position(tmp_path, caplog):
    start_of(tmp_path, whole_epochs=False)
    assert "cannot be restored" in caplog.text
