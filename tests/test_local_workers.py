"""The launcher, with programs that take no time to start."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from keras_mlp import local_workers
from keras_mlp.local_workers import WorkerFailedError

# `number` is the worker's; it leaves its process id, and may go on for long.
PREAMBLE = """
import json, os, pathlib, signal, sys, time
config = json.loads(os.environ["TF_CONFIG"])
number = config["task"]["index"]
pathlib.Path(f"pid-{number}").write_text(str(os.getpid()))
def go_on():
    time.sleep(60)
def when_all_run():
    while len(list(pathlib.Path().glob("pid-*"))) < len(config["cluster"]["worker"]):
        time.sleep(0.01)
"""


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(program):
    return [sys.executable, "-c", PREAMBLE + program]


def run(program, workers=2, **options):
    return local_workers.run(command(program), workers, **options)


def assert_none_is_left(workers):
    """Checks that the workers are gone, or go within a second."""
    for path in [Path(f"pid-{number}") for number in range(workers)]:
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and runs(int(path.read_text())):
            time.sleep(0.01)
        assert not runs(int(path.read_text()))


def runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    # Who adopted it may not have asked for its status yet.
    return state != "Z"


def test_each_worker_knows_the_others_and_the_chief_speaks(capfd):
    program = """
pathlib.Path(f"config-{number}").write_text(os.environ["TF_CONFIG"])
print("output of", number, os.environ["COLOUR"])
print("error of", number, file=sys.stderr)
"""
    assert run(program, workers=3, environment={"COLOUR": "red"}) == 0
    configs = [json.loads(Path(f"config-{number}").read_text()) for number in range(3)]
    [addresses] = {tuple(config["cluster"]["worker"]) for config in configs}
    assert len(set(addresses)) == 3
    assert all(address.startswith("127.0.0.1:") for address in addresses)
    assert [config["task"] for config in configs] == [
        {"type": "worker", "index": number} for number in range(3)
    ]
    assert capfd.readouterr() == ("output of 0 red\n", "error of 0\n")


def test_status_of_the_chief_is_passed_on(capfd):
    program = "when_all_run(); sys.exit('mistake') if number == 0 else go_on()"
    assert run(program) == 1
    assert capfd.readouterr().err == "mistake\n"
    assert_none_is_left(2)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("sys.exit('no disk')", "worker 2 of 3 ended with status 1 (no disk)"),
        ("os._exit(7)", "worker 2 of 3 ended with status 7"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "worker 2 of 3 was killed by SIGKILL"),
    ],
)
def test_worker_that_fails_stops_the_others(end, expected):
    with pytest.raises(WorkerFailedError) as error:
        run(f"when_all_run()\nif number == 2: {end}\ngo_on()", workers=3)
    assert str(error.value) == f"{expected}; the others were stopped."
    assert_none_is_left(3)


def test_killed_chief_stops_the_others():
    end = "os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(WorkerFailedError, match="worker 0 of 2 was killed by SIGKILL"):
        run(f"when_all_run()\nif number == 0: {end}\ngo_on()")
    assert_none_is_left(2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_reaches_all(number):
    program = f"""
def note(received, frame):
    pathlib.Path(f"received-{{number}}").write_text(str(received))
    sys.exit()
signal.signal({int(number)}, note)
pathlib.Path(f"ready-{{number}}").touch()
go_on()
"""

    def send():
        while len(list(Path().glob("ready-*"))) < 2:
            time.sleep(0.01)
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    sender = threading.Thread(target=send)
    sender.start()
    assert run(program) == 128 + number
    sender.join()
    received = [int(Path(f"received-{worker}").read_text()) for worker in range(2)]
    assert received == [number, number]
    assert signal.getsignal(number) is before
    assert_none_is_left(2)


def test_worker_that_does_not_stop_is_killed():
    deaf = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
when_all_run()
if number == 1: os._exit(3)
go_on()
"""
    with pytest.raises(WorkerFailedError, match="ended with status 3"):
        run(deaf, patience=0.2)
    assert_none_is_left(2)


def test_ignored_signal_stays_ignored(monkeypatch):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        program = "if number == 0: os.kill(os.getppid(), signal.SIGHUP)"
        assert run(program) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does it")
def test_no_worker_outlives_a_killed_launcher():
    # Without what the package imports at its top, which takes seconds.
    root = Path(local_workers.__file__).parents[1]
    launcher = f"""
import sys, types
sys.modules["keras_mlp"] = types.ModuleType("keras_mlp")
sys.modules["keras_mlp"].__path__ = ["{root}"]
from keras_mlp import local_workers
local_workers.run({command("go_on()")!r}, 2)
"""
    process = subprocess.Popen([sys.executable, "-c", launcher])
    while len(list(Path().glob("pid-*"))) < 2 or not all(
        path.read_text() for path in Path().glob("pid-*")
    ):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert_none_is_left(2)


def test_ports_are_free_and_differ():
    ports = [
        address.rpartition(":")[2]
        for config in local_workers.tf_configs(50)[:1]
        for address in json.loads(config)["cluster"]["worker"]
    ]
    assert len(set(ports)) == 50
