"""What the command answers before it imports Keras, which takes seconds."""

import json
import os
import subprocess
import sys

import pytest

from keras_mlp import recipes
from keras_mlp.cli import main
from keras_mlp.commands.parser import COMMANDS, make_parser
from keras_mlp.recipes import catalogue


def start(tmp_path, *words):
    """Runs the command, and returns what came of it and all that it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "keras_mlp", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    lines = done.stderr.splitlines()
    imported = [line for line in lines if line.startswith("import time:")]
    packages = {line.rpartition("|")[2].split(".")[0].strip() for line in imported}
    errors = [line for line in lines if line not in imported]
    return done.returncode, done.stdout, errors, packages


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("--version", 0),
        ("train --help", 0),
        ("list", 0),
        ("list --json", 0),
        ("show mnist-mlp", 0),
        ("completion bash", 0),
        ("", 2),
        ("trian", 2),
        ("train --nonsense", 2),
        ("train digist", 2),
        ("train --epochs none", 2),
        ("train --model linear --dropout 0.1", 2),
        ("train --table rows.csv", 2),
        ("train --images absent", 2),
        ("evaluate absent", 2),
        ("predict absent digit.png", 2),
        ("export absent", 2),
        ("play absent", 2),
        ("reproduce digist", 2),
    ],
)
def test_it_answers_without_keras(words, status, tmp_path):
    code, output, errors, packages = start(tmp_path, *words.split())
    assert code == status
    assert bool(output) == (status == 0)
    assert len(errors) == (status == 2)
    assert "keras_mlp" in packages
    assert packages.isdisjoint({"keras", "tensorflow", "numpy", "sklearn"})


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_fits_a_terminal(command, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as end:
        make_parser().parse_args([*([command] if command else []), "--help"])
    assert end.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= 80


def test_the_catalogue_knows_the_recipes():
    assert [entry.name for entry in catalogue.entries()] == recipes.names()
    for entry in catalogue.entries():
        recipe = recipes.get(entry.name)
        dataset = getattr(recipe, "dataset", "none")
        assert (entry.title, entry.dataset) == (recipe.title, dataset)
        trained = isinstance(recipe, recipes.TrainedRecipe)
        assert trained == (entry.seconds is not None)
        assert entry.result
    for name in catalogue.OWN_DATA:
        assert recipes.get(name).name == name


def test_list_shows_what_can_be_run(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data/mnist/3.0.1").mkdir(parents=True)
    (tmp_path / "data/mnist/3.0.1/dataset_info.json").touch()
    assert main(["list"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert max(map(len, [header, *lines])) <= 80
    rows = {line.split()[0]: line for line in lines[::2]}
    assert list(rows) == recipes.names()
    assert rows["digits"].endswith("runs here: mnist_5k")
    assert rows["mnist-mlp"].endswith("runs here: mnist")
    assert rows["fashion-mlp"].endswith("needs data: fashion_mnist")
    assert rows["sequential-toy"].endswith("not trained  runs here")
    assert lines[1] == f"    {recipes.get('digits').title}"
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["recipes"]
    assert [one["name"] for one in found] == recipes.names()
    missing = {one["dataset"] for one in found if not one["runs_here"]}
    assert missing == {"fashion_mnist"}


BASH = """
source /dev/stdin <<< "$PROGRAM"
complete -p keras-mlp > /dev/null
for line in "$@"; do
    read -ra COMP_WORDS <<< "$line"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _shtab_keras_mlp
    echo "${COMPREPLY[*]}"
done
"""


def test_bash_completes(capsys, tmp_path):
    assert main(["completion", "bash"]) == 0
    (tmp_path / "digit.png").touch()
    (tmp_path / "runs").mkdir()
    expected = {
        "keras-mlp tr": "train",
        "keras-mlp train --ep": "--epochs",
        "keras-mlp train mnist-": "mnist-mlp-raw mnist-mlp mnist-best",
        "keras-mlp train --optimizer ada": "adam adamw",
        "keras-mlp export run --format o": "onnx",
        "keras-mlp data pre": "prepare",
        "keras-mlp predict run": "runs",
        "keras-mlp predict runs dig": "digit.png",
    }
    done = subprocess.run(
        ["bash", "-c", BASH, "bash", *expected],
        env={**os.environ, "PROGRAM": capsys.readouterr().out},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == list(expected.values())


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_complete(shell, capsys):
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert "keras-mlp" in text
    assert "learning-rate" in text
