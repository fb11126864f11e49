"""Runs of `keras-mlp train` that the tests of several commands look at.

Tests leave their directories as they are.
"""

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
def train(tmp_path_factory):
    def run(*arguments):
        directory = tmp_path_factory.mktemp(arguments[0]) / "run"
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            assert main(["train", *arguments, "--out", str(directory)]) == 0
        return Run(arguments, directory, output.getvalue())

    return run


@pytest.fixture(scope="session")
def digits_run(train):
    return train("digits", "--epochs", "4", "--seed", "3")


@pytest.fixture(scope="session")
def changed_run(train):
    """A run on the squared error, with other settings than the recipe's."""
    return train(
        *("mnist-mlp", "--dataset", "mnist_5k", "--epochs", "1"),
        *("--batch-size", "500", "--learning-rate", "0.1", "--optimizer", "sgd"),
    )


@pytest.fixture(scope="session")
def line_run(train):
    return train("linear-regression")
