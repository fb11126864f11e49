"""The script for Slurm and the manifest for Kubernetes that docs/scaling.md shows."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from keras_mlp.commands.parser import make_parser
from keras_mlp.training import cluster_resolver

PAGE = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text()


def block(language):
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)
    return text


def assert_is_a_command(words):
    """Checks that the command line takes the words."""
    assert words[0] == "keras-mlp"
    assert make_parser().parse_args(words[1:]).strategy == "multi-worker"


def test_slurm_script_is_valid():
    script = block("bash")
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    command = script.replace("\\\n", "").splitlines()[-1]
    launcher, option, *words = shlex.split(command)
    assert (launcher, option) == ("srun", "--kill-on-bad-exit=1")
    assert_is_a_command(words)


@pytest.mark.parametrize("number", [0, 1])
def test_manifest_tells_each_pod_who_it_is(monkeypatch, number):
    manifest = block("yaml")
    [folded] = re.findall(r"TF_CONFIG\n +value: >-\n((?: {16}\S.*\n)+)", manifest)
    # As YAML folds lines and Kubernetes expands variables.
    value = " ".join(line.strip() for line in folded.splitlines())
    monkeypatch.setenv("TF_CONFIG", value.replace("$(WORKER)", str(number)))
    resolver = cluster_resolver()
    addresses = resolver.cluster_spec().job_tasks("worker")
    assert resolver.task_id == number
    # The name of a pod of an indexed Job, and that of its Service.
    [subdomain] = re.findall(r"subdomain: (\S+)", manifest)
    names = set(re.findall(r"^  name: (\S+)", manifest, re.M))
    assert names == {subdomain}
    assert addresses[number] == f"{subdomain}-{number}.{subdomain}:2222"
    for count in ("completions", "parallelism"):
        assert f"  {count}: {len(addresses)}\n" in manifest


def test_manifest_calls_the_command():
    [words] = re.findall(r"command: (\[.*\])", block("yaml"))
    assert_is_a_command(json.loads(words))
