"""One run of `keras-mlp train` that the tests of several commands look at."""

import contextlib
import dataclasses
import io
from pathlib import Path

import pytest

from keras_mlp.cli import main


@dataclasses.dataclass(frozen=True)
class Run:
    arguments: tuple[str, ...]
    directory: Path
    output: str


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory):
    """A trained run. Tests leave its directory as it is."""
    arguments = ("digits", "--epochs", "4", "--seed", "3")
    directory = tmp_path_factory.mktemp("digits") / "run"
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert main(["train", *arguments, "--out", str(directory)]) == 0
    return Run(arguments, directory, output.getvalue())
