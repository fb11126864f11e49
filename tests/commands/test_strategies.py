"""`keras-mlp train --strategy`, and the environments that it reads."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.cli import main
from keras_mlp.training import cluster_resolver


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("SLURM", "KUBERNETES")) or name == "TF_CONFIG":
            monkeypatch.delenv(name)


def error_of(capsys, *arguments):
    """Runs the command, which must fail, and returns its one line."""
    assert main(["train", *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert not list(Path().iterdir())
    return line


def config(cluster, **task):
    return json.dumps({"cluster": cluster, "task": task})


def test_tf_config_is_read(monkeypatch):
    cluster = {"chief": ["a:1"], "worker": ["b:1", "c:2"]}
    monkeypatch.setenv("TF_CONFIG", config(cluster, type="worker", index=1))
    # Also where the worker is a task of Slurm.
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "1")
    resolver = cluster_resolver()
    assert resolver.cluster_spec().as_dict() == cluster
    assert (resolver.task_type, resolver.task_id) == ("worker", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "must be JSON"),
        ("[]", "must have a 'cluster'"),
        ("{}", "must have a 'cluster'"),
        (config({"ps": ["a:1"]}, type="ps", index=0), "no other jobs than 'chief' and"),
        (config({"worker": "a:1"}, type="worker", index=0), "give host:port for each"),
        (config({"worker": ["a"]}, type="worker", index=0), "give host:port for each"),
        (config({"worker": ["a:x"]}, type="worker", index=0), "give host:port"),
        (config({"chief": ["a:1", "b:1"]}, type="chief", index=0), "have one 'chief'"),
        (config({"worker": ["a:1"] * 2}, type="worker", index=0), "an address of its"),
        (config({"worker": ["a:1"]}), "have a 'task' whose"),
        (config({"worker": ["a:1"]}, type="worker", index=1), "have a 'task' whose"),
        (config({"worker": ["a:1"]}, type="worker", index=-1), "have a 'task' whose"),
        (config({"worker": ["a:1"]}, type="chief", index=0), "have a 'task' whose"),
    ],
)
def test_wrong_tf_config_is_one_line(capsys, monkeypatch, text, expected):
    monkeypatch.setenv("TF_CONFIG", text)
    line = error_of(capsys, "--strategy", "multi-worker")
    assert expected in line
    assert f"Received: {text!r}. Set TF_CONFIG to" in line


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "Received: neither TF_CONFIG nor a Slurm step. Set TF_CONFIG to"),
        ({"SLURM_JOB_ID": "7"}, "Start the program with `srun`"),
        ({"SLURM_STEP_NUM_TASKS": "2"}, "must name its nodes and this task"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "Set it in the manifest"),
    ],
)
def test_environment_without_workers_is_one_line(
    capsys, monkeypatch, variables, expected
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert expected in error_of(capsys, "--strategy", "multi-worker")


@pytest.mark.parametrize("distribution", ["block", "cyclic"])
def test_tasks_of_slurm_agree_on_who_is_where(monkeypatch, distribution):
    # As Slurm orders nodes, n9 comes before n10.
    nodes, each = ["n9", "n10", "n11"], 2
    places = (
        [(node, local) for node in nodes for local in range(each)]
        if distribution == "block"
        else [(node, local) for local in range(each) for node in nodes]
    )
    step = {
        "SLURM_JOB_ID": "31234",
        "SLURM_STEP_NUM_TASKS": "6",
        "SLURM_STEP_NODELIST": "n[9-11]",
        "SLURM_STEP_TASKS_PER_NODE": "2(x3)",
    }
    for name, value in step.items():
        monkeypatch.setenv(name, value)
    clusters, numbers = [], []
    for rank, (node, local) in enumerate(places):
        monkeypatch.setenv("SLURM_PROCID", str(rank))
        monkeypatch.setenv("SLURMD_NODENAME", node)
        monkeypatch.setenv("SLURM_LOCALID", str(local))
        resolver = cluster_resolver()
        cluster = resolver.cluster_spec().as_dict()
        clusters.append(cluster)
        numbers.append(resolver.task_id)
        assert resolver.task_type == "worker"
        assert cluster["worker"][resolver.task_id] == f"{node}:{21234 + local}"
        assert resolver.num_accelerators() == {
            "GPU": len(tf.config.list_physical_devices("GPU"))
        }
    assert all(cluster == clusters[0] for cluster in clusters)
    assert sorted(numbers) == list(range(6))


@pytest.mark.parametrize("strategy", ["none", "mirrored"])
def test_local_workers_are_for_their_strategy(capsys, strategy):
    line = error_of(capsys, "--local-workers", "2", "--strategy", strategy)
    assert f"Received: --strategy {strategy}. Leave one of them out." in line


def test_unknown_strategy_is_refused(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["train", "--strategy", "parameter-server"])
    assert stop.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert (
        "must be one of none, mirrored, multi-worker. Received: parameter-server"
        in line
    )


@pytest.fixture(scope="module")
def outcome():
    """What two epochs give in one process."""
    recipe = keras_mlp.recipes.get("digits").replace(epochs=2)
    return keras_mlp.recipes.train(recipe, seed=0, verbose=0)


def assert_same(directory, outcome):
    """Checks that a run directory holds what came of one process."""
    record = json.loads((directory / "run.json").read_text())
    assert record["history"].keys() == outcome.history.keys()
    for name, values in outcome.history.items():
        np.testing.assert_allclose(record["history"][name], values, atol=1e-5)
    for name, value in outcome.test.items():
        assert record["test"][name] == pytest.approx(value, abs=1e-5)
    model = keras.saving.load_model(directory / "model.keras")
    for weights, expected in (
        (model.weights, outcome.model.weights),
        (model.optimizer.variables, outcome.model.optimizer.variables),
    ):
        for one, other in zip(weights, expected, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.long
def test_mirrored_gives_what_one_device_gives(outcome):
    assert main(["train", "--strategy", "mirrored", "--epochs", "2", "--out", "m"]) == 0
    assert_same(Path("m"), outcome)


@pytest.mark.long
def test_two_workers_give_what_one_process_gives(capfd, outcome):
    arguments = ["train", "--local-workers", "2", "--epochs", "2", "--out", "two"]
    assert main(arguments) == 0
    output, errors = capfd.readouterr()
    if tf.__version__.startswith(("2.19.", "2.20.")):
        # It tells of its server, whatever it is asked to leave out.
        told = ("I0000 ", "WARNING: All log messages before absl::InitializeLog")
        errors = "".join(n for n in errors.splitlines(True) if not n.startswith(told))
    assert errors == ""
    # The chief alone speaks and writes.
    assert output.count("Epoch 2/2") == output.count("Results: two/") == 1
    assert [path.name for path in Path().iterdir()] == ["two"]
    assert_same(Path("two"), outcome)


@pytest.mark.long
@pytest.mark.parametrize("number", [0, 1])
def test_killed_worker_ends_the_run(number):
    command = [sys.executable, "-m", "keras_mlp", "train", "--local-workers", "2"]
    process = subprocess.Popen(
        [*command, "--epochs", "1000", "--out", "two"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "Epoch 3/1000\n" in process.stdout
    workers = sorted(children(process.pid))
    os.kill(workers[number], signal.SIGKILL)
    begin = time.monotonic()
    _, errors = process.communicate(timeout=60)
    assert time.monotonic() - begin < 60
    assert process.returncode == 2
    assert errors == (
        f"keras-mlp train: worker {number} of 2 was killed by SIGKILL; the others were "
        "stopped. With --resume --out DIR the run goes on.\n"
    )
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def children(pid):
    """Returns the processes that a process has started."""
    return map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.mark.long
def test_killed_worker_ends_those_that_were_started_one_by_one():
    """Without the launcher: as under Slurm or Kubernetes."""
    from keras_mlp.local_workers import tf_configs

    command = [sys.executable, "-m", "keras_mlp", "train", "--strategy", "multi-worker"]
    workers = [
        subprocess.Popen(
            [*command, "--epochs", "1000", "--out", "three"],
            env={**os.environ, "TF_CONFIG": tf_config},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for tf_config in tf_configs(3)
    ]
    try:
        assert "Epoch 3/1000\n" in workers[0].stdout
        workers[1].kill()
        begin = time.monotonic()
        for worker in workers[::2]:
            _, errors = worker.communicate(timeout=60)
            assert worker.returncode == 2
            [line] = errors.splitlines()
            assert line.startswith("keras-mlp train: Another worker has stopped")
        assert time.monotonic() - begin < 60
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert not Path("three").exists()
