"""What goes wrong with runs that are to be resumed, and what is then said."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import keras
import pytest

from keras_mlp.callbacks import DirectoryInUseError, ResumeError
from keras_mlp.resuming import Checkpoints, DirectoryLock, run_state
from tests.callbacks.runs import assert_same, load, make_model, saved_in, train


class SignalAt(keras.callbacks.Callback):
    """Sends this process a signal at one of its hooks."""

    def __init__(self, number, hook="on_train_batch_begin", place=3):
        super().__init__()
        self.left = place

        def send(*_, **__):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), number)

        setattr(self, hook, send)


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("number", "hook", "place"),
    [
        (signal.SIGTERM, "on_epoch_end", 1),
        (signal.SIGINT, "on_test_batch_begin", 2),
        (signal.SIGTERM, "on_train_end", 1),
    ],
)
def test_signals_save_and_stop(tmp_path, number, hook, place):
    def run(directory, place=0):
        return train(
            directory,
            every_steps=None,
            callbacks=[SignalAt(number, hook, place)],
            validation_data=load("train[300:400]"),
        )

    handlers = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    with pytest.raises((SystemExit, KeyboardInterrupt)) as caught:
        run(tmp_path, place)
    if number == signal.SIGTERM:
        assert caught.value.code == 143
    else:
        assert caught.type is KeyboardInterrupt
    assert handlers == [
        signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)
    ]
    assert_same(run(tmp_path), run(None))


def test_second_interruption_stops_at_once(tmp_path):
    class Twice(keras.callbacks.Callback):
        after = 0

        def on_train_batch_begin(self, batch, logs=None):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            self.after += 1

    twice = Twice()
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, callbacks=[twice])
    assert twice.after == 0
    assert not saved_in(tmp_path)


def test_arrays_that_are_stopped_go_back_to_the_epoch(tmp_path):
    data = [array.numpy() for array in next(iter(load().unbatch().batch(300)))]

    def run(directory, place=0):
        callbacks = [SignalAt(signal.SIGTERM, place=place)]
        options = dict(data=data, shuffle=False, every_steps=None)
        return train(directory, callbacks=callbacks, **options)

    with pytest.raises(SystemExit):
        run(tmp_path, place=13)
    assert_same(run(tmp_path), run(None))


def test_in_another_thread_signals_are_left_alone(tmp_path):
    model, failed = make_model(), []

    def run():
        try:
            train(tmp_path, model, epochs=1)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed
    assert saved_in(tmp_path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A directory with the last two checkpoints of a run."""
    directory = tmp_path_factory.mktemp("trained") / "run"
    train(directory, epochs=1, every_steps=3)
    return directory


@pytest.fixture
def run_directory(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "run")


def test_last_two_are_kept_and_the_older_takes_a_damaged_ones_place(
    run_directory, caplog
):
    older, newest = saved_in(run_directory)
    expected = train(run_directory, epochs=1)
    newest.write_bytes(newest.read_bytes()[:-7])
    assert_same(train(run_directory, epochs=1), expected)
    assert f"'{newest}' must be a checkpoint as it was written" in caplog.text
    # The damaged one does not count as one of two.
    assert older not in saved_in(run_directory)[1:]
    for path in saved_in(run_directory):
        path.write_bytes(b"")
    with pytest.raises(ResumeError, match=r"checkpoint-.*There is no other in"):
        train(run_directory, epochs=1)


def test_another_model_is_refused_and_left_as_it_was(run_directory):
    with pytest.raises(
        ResumeError,
        match=r"checkpoint-00000003.npz.*a model with 'sequential/dense/kernel' of "
        r"shape \(784, 9\).*the file has 'sequential/dense/kernel' of shape \(784, 8\)",
    ):
        train(run_directory, make_model(units=9))
    # Keras 3.12 calls the one "SGD" and the other "adam".
    expected = r"(?i)'sgd/iteration' .* has 'adam/iteration'"
    with pytest.raises(ResumeError, match=expected):
        train(run_directory, make_model(optimizer="sgd"))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (dict(seed=6), r"seed=6 where the file has seed=5.*load\(\.\.\., seed=5\)"),
        (dict(split="train[:400]"), "batches=13 where the file has batches=10"),
    ],
)
def test_other_data_are_refused(run_directory, other, message):
    with pytest.raises(ResumeError, match=message):
        train(run_directory, data=[load(**other)])


def test_fewer_epochs_than_were_trained_are_refused(tmp_path):
    with pytest.raises(SystemExit):
        train(tmp_path, callbacks=[SignalAt(signal.SIGTERM, "on_epoch_begin", 2)])
    with pytest.raises(ResumeError, match="Received: epochs=1, and a state in epoch 2"):
        train(tmp_path, epochs=1)


def test_data_without_position_are_not_taken_for_others(run_directory):
    with pytest.raises(ResumeError, match="whose position cannot be restored"):
        train(run_directory, data=[load().map(lambda x, y: (x, y))])


def test_other_groups_are_refused(tmp_path):
    callbacks = [SignalAt(signal.SIGTERM, place=2)]
    with pytest.raises(SystemExit):
        train(tmp_path, make_model(steps_per_execution=4), callbacks=callbacks)
    with pytest.raises(ResumeError, match=r"groups of 3 steps, and a state after 8"):
        train(tmp_path)


def test_full_disk_does_not_stop_a_training(tmp_path, monkeypatch, caplog):
    expected = train(epochs=1)
    working = Checkpoints.save
    saves = []

    def save(self, encoded):
        saves.append(encoded)
        if len(saves) != 2:
            raise OSError(28, "No space left on device")
        working(self, encoded)

    monkeypatch.setattr(Checkpoints, "save", save)
    assert_same(train(tmp_path, epochs=1), expected)
    assert len(saves) == 4
    assert len(saved_in(tmp_path)) == 1
    assert caplog.text.count("No space left on device. Training continues") == 3
    # A signal asks for a state to be saved: that it was not must be known.
    callbacks = [SignalAt(signal.SIGTERM, "on_epoch_begin", 1)]
    with pytest.raises(OSError, match="No space left"):
        train(tmp_path, callbacks=callbacks)


# What `DirectoryLock` does, without the seconds that an import of TensorFlow takes.
HOLDS_THE_LOCK = """
import fcntl, os, pathlib, sys, time
file = open(pathlib.Path(sys.argv[1], "lock"), "w")
fcntl.flock(file, fcntl.LOCK_EX)
print(os.getpid(), file=file, flush=True)
print("held", flush=True)
time.sleep(60)
"""


def test_second_process_is_refused_until_the_first_is_dead(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, tmp_path],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(DirectoryInUseError, match=f"process {process.pid} holds"):
            train(tmp_path)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with DirectoryLock(tmp_path).held(), pytest.raises(DirectoryInUseError):
        train(tmp_path)
    train(tmp_path, epochs=1)


def test_what_a_killed_save_has_left_is_removed(tmp_path):
    half_written = tmp_path / ".0123456789abcdef.npz"
    half_written.write_bytes(b"PK")
    train(tmp_path, epochs=1)
    assert not half_written.exists()


def test_state_of_another_version_is_told_of(run_directory, monkeypatch, caplog):
    other = {**run_state.these_versions(), "tensorflow": "9.9"}
    monkeypatch.setattr(run_state, "these_versions", lambda: other)
    train(run_directory, epochs=1)
    assert "tensorflow" in caplog.text
    assert "goes on with 9.9" in caplog.text
