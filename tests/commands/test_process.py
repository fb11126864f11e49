"""What the command is to a shell: its streams, Ctrl-C and the status."""

import contextlib
import errno
import io
import os
import signal
import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp.cli import main
from keras_mlp.process import plain_warnings


@pytest.fixture
def broken_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    stream = io.TextIOWrapper(io.FileIO(writer, "w"), write_through=True)
    yield stream
    with contextlib.suppress(BrokenPipeError):
        stream.close()


def test_output_that_nobody_reads_is_no_mistake(broken_pipe, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", broken_pipe)
    # That of a program which SIGPIPE has ended.
    assert main(["list"]) == 128 + signal.SIGPIPE
    assert capsys.readouterr().err == ""


def test_a_summary_that_nobody_reads_is_no_mistake(broken_pipe, monkeypatch):
    # Keras has rich write it, which ends the program in its own way.
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    monkeypatch.setattr(
        "keras_mlp.commands.list_recipes.run.run", lambda arguments: model.summary()
    )
    monkeypatch.setattr(sys, "stdout", broken_pipe)
    assert main(["list"]) == 128 + signal.SIGPIPE


def test_errors_that_nobody_reads_leave_the_status(broken_pipe, monkeypatch):
    monkeypatch.setattr(sys, "stderr", broken_pipe)
    assert main(["evaluate", "missing"]) == 2


def test_a_full_disk_is_one_line(monkeypatch, capsys):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["list"]) == 2
    assert capsys.readouterr().err == (
        "keras-mlp list: [Errno 28] No space left on device\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_bars_where_the_terminal_has_no_blocks(
    digits_run, encoding, monkeypatch, tmp_path
):
    image = tmp_path / "é\N{SNOWMAN}.png"
    image.write_bytes(tf.io.encode_png(np.eye(28, dtype="uint8")[..., None]).numpy())
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    assert main(["predict", str(digits_run.directory), str(image)]) == 0
    first, *bars = written.getvalue().decode(encoding).splitlines()
    assert ("?" if encoding == "ascii" else "é") + "?.png: " in first
    assert sum(bar.endswith(" " + "#" * 40) for bar in bars) == 1
    # As it was, for whoever called.
    assert sys.stdout.errors == "strict"


def test_an_interrupt_during_the_import_shows_nothing():
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "keras_mlp", "evaluate", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # It goes on with TensorFlow, which takes seconds.
    for line in process.stderr:
        if "keras_mlp.requirements" in line:
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == 130
    assert output == ""
    assert "Traceback" not in errors


@pytest.mark.long
def test_streams_that_are_closed_are_opened():
    code = """
import os, sys
for number in range(3):
    os.close(number)
sys.stdout = sys.stderr = None
from keras_mlp import process
process.begin()
sys.exit(os.open("/dev/null", os.O_RDONLY) + sys.stderr.write("gone"))
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    # The first number that is free, and the four letters that were written.
    assert done.returncode == 3 + 4


def test_warnings_are_one_line():
    with plain_warnings():
        line = warnings.formatwarning(UserWarning("column\n x"), UserWarning, "f", 1)
    assert line == "warning: column x\n"
    assert "UserWarning" in warnings.formatwarning(
        UserWarning("x"), UserWarning, "f", 1
    )
