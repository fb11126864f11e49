"""`scripts/clients`: a program for each example, and what differs is noticed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from client_programs.compare import differences
from client_programs.example import clients, example
from client_programs.verdict import verdict

ROOT = Path(__file__).parents[2]


def run(*arguments):
    return subprocess.run(
        [shutil.which("bash"), ROOT / "scripts/clients", *arguments],
        capture_output=True,
        text=True,
    )


def test_each_example_has_a_program_and_each_program_an_example():
    listed = run("--list").stdout.split()
    assert len(listed) >= 15
    assert sorted(listed) == sorted(clients())


def test_a_client_that_is_not_there_is_named():
    result = run("mlflow", "sonnet")
    assert result.returncode == 2
    assert result.stderr.splitlines()[0] == "There is no client sonnet. There are:"


@pytest.mark.parametrize("client", clients())
def test_examples_are_short_and_run_with_stock_keras_too(client):
    ours, stock = (example(client, package) for package in ("keras_mlp", "keras"))
    assert "keras_mlp.Sequential" in ours
    assert "keras_mlp" not in stock
    compile(stock, client, "exec")


def test_every_client_is_locked_with_the_versions_of_development():
    locks = [
        dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / lock).read_text(), re.M))
        for lock in ("requirements-clients.lock", "requirements-dev.lock")
    ]
    for name in ("keras", "tensorflow"):
        assert locks[0][name] == locks[1][name]
    assert {"mlflow", "ray", "shap", "wandb"} <= locks[0].keys()


def test_differences_are_found_and_rounding_is_none():
    stock = {"loss": [0.5, float("nan")], "name": "digits", "steps": 3}
    assert differences({**stock, "loss": [0.50001, float("nan")]}, stock) == {}
    assert differences(
        {"loss": [0.6, 1.0], "name": "digit", "steps": 3.0, "more": 1}, stock
    ) == {
        "loss/0": "ours 0.6, stock 0.5",
        "loss/1": "ours 1.0, stock nan",
        "name": "ours 'digit', stock 'digits'",
        "steps": "ours 3.0, stock 3",
        "more": "ours 1, stock None",
    }
    assert differences([1], [1, 2], "steps") == {"steps": "1 of ours, 2 of stock"}


@pytest.mark.parametrize(
    ("ours", "stock", "is_right", "words"),
    [
        ({"figures": [1, 2]}, {"figures": [1, 2]}, True, "same: 2 figures"),
        ({"figures": [1]}, {"figures": [2]}, False, "different: 0: ours 1, stock 2"),
        ({"error": "E"}, {"figures": [2]}, False, "different: ours fails: E"),
        (
            {"figures": [1]},
            {"error": "E"},
            False,
            "stock fails: E [known.py gives no reason]; ours works",
        ),
    ],
)
def test_what_is_said(ours, stock, is_right, words):
    assert verdict("tqdm", ours, stock) == (is_right, words)
