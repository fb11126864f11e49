"""`scripts/test --versions`: which there are, and what is said where one is missing."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from keras_mlp.keras_internals import SUPPORTED

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ROWS = [
    line.split()
    for line in (ROOT / "scripts/versions.txt").read_text().splitlines()
    if not line.startswith("#")
]
NAMES = [f"keras-{k}-tensorflow-{t}-python-{p}" for p, k, t, _ in ROWS]


def versions(*arguments, **environment):
    return subprocess.run(
        [shutil.which("bash"), ROOT / "scripts/test", "--versions", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def locked(lock):
    """Returns the versions that a lock file holds; those for some platforms too."""
    lines = (ROOT / lock).read_text().splitlines()
    pairs = [re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    return {pair[1]: pair[2] for pair in pairs if pair}


def lowest(name):
    """Returns the lowest version of a package that pyproject.toml allows."""
    everything = [
        *PROJECT["dependencies"],
        *(one for extra in PROJECT["optional-dependencies"].values() for one in extra),
    ]
    [requirement] = {one for one in everything if re.match(rf"{name}>=", one)}
    return re.search(r">=([\d.]+)", requirement)[1]


@pytest.mark.parametrize(("python", "keras", "tensorflow", "lock"), ROWS)
def test_each_lock_holds_the_versions_of_its_row(python, keras, tensorflow, lock):
    packages = locked(lock)
    assert packages["keras"].startswith(f"{keras}.")
    assert packages["tensorflow"].startswith(f"{tensorflow}.")
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]


def test_the_rows_are_the_ends_of_what_is_supported():
    (_, oldest, oldest_tensorflow, lock), *_, (_, newest, newest_tensorflow, _) = ROWS
    major, minor = newest.split(".")
    assert f"keras>={oldest},<{major}.{int(minor) + 1}" == SUPPORTED
    major, minor = newest_tensorflow.split(".")
    bounds = f"tensorflow>={oldest_tensorflow},<{major}.{int(minor) + 1}"
    assert bounds in PROJECT["dependencies"]
    classifiers = " ".join(PROJECT["classifiers"])
    assert {row[0] for row in ROWS} == set(re.findall(r":: (3\.\d+)", classifiers))
    # The oldest is the lowest of everything.
    for name, version in locked(lock).items():
        if name in ("h5py", "keras", "matplotlib", "numpy", "onnx", "tensorflow"):
            assert f"{version}.".startswith(f"{lowest(name)}.")


def test_the_pairs_are_listed():
    result = versions("--list")
    assert result.returncode == 0
    assert result.stdout.split() == NAMES


@pytest.mark.parametrize("pair", ["keras-3.11", "python-3.1", "tensorflow-2.2"])
def test_a_pair_that_is_not_there_is_named(pair):
    result = versions(pair, "tests/layers")
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"There is no pair {pair}. There are:",
        *NAMES,
    ]


def test_a_missing_python_is_said_and_no_success(tmp_path):
    for tool in ("bash", "dirname", "grep"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    result = versions(
        "python-3.12",
        "keras-3.14",
        PATH=str(tmp_path),
        PYENV_ROOT=str(tmp_path),
        PYTHON="python",
    )
    expected = [
        f"{NAMES[1]}: LEFT OUT, there is no Python 3.12 here",
        f"{NAMES[2]}: LEFT OUT, there is no Python 3.13 here",
    ]
    assert result.stderr.splitlines() == expected
    assert result.stdout.split("\n") == ["", *expected, ""]
    assert result.returncode == 1
