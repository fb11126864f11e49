"""Runs of `keras-mlp train` that the tests of several commands look at.

Tests leave their directories as they are.
"""

import contextlib
import dataclasses
import io
from pathlib import Path

import keras
import numpy as np
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
        directory = tmp_path_factory.mktemp(arguments[0].lstrip("-")) / "run"
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


@pytest.fixture(scope="session")
def table_file(tmp_path_factory):
    """Rows of three kinds, with gaps, a category, a date, and text made of digits."""
    random = np.random.default_rng(0)
    lines = ["length,city,zip,day,age,kind"]
    for row in range(240):
        kind = row % 3
        length = "" if row % 40 == 7 else f"{kind + random.normal(0, 0.2):.3f}"
        code = "A1" if row % 8 == 0 else f"00{kind}"
        city = ("Rome", "Oslo", "")[random.integers(3)]
        day = f"2024-0{1 + row % 9}-1{row % 7}"
        lines.append(f"{length},{city},{code},{day},{row % 50},{'abc'[kind]}")
    path = tmp_path_factory.mktemp("tables") / "rows.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def table_run(train, table_file):
    return train(
        *("--table", str(table_file), "--target", "kind"),
        *("--epochs", "8", "--hidden-units", "8", "--batch-size", "16"),
        *("--learning-rate", "0.05"),
    )


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory):
    """Dark and light grey images of 6 x 8 pixels, 20 of each."""
    random = np.random.default_rng(0)
    directory = tmp_path_factory.mktemp("pictures") / "shades"
    for name, least in (("dark", 0), ("light", 128)):
        (directory / name).mkdir(parents=True)
        for number in range(20):
            pixels = random.integers(least, least + 128, (6, 8, 1))
            path = directory / name / f"{number:02d}.png"
            keras.utils.save_img(path, pixels, scale=False)
    return directory


@pytest.fixture(scope="session")
def folder_run(train, image_folder):
    return train(
        *("--images", str(image_folder), "--epochs", "8"),
        *("--hidden-units", "8", "--batch-size", "8"),
        *("--learning-rate", "0.02", "--dropout", "0"),
    )
