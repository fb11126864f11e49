"""Each client runs in a process of its own: one that hangs or dies is only a line."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 900

# Nothing is sent anywhere, and nothing is left in the user's home.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MPLBACKEND": "Agg",
    "RAY_USAGE_STATS_ENABLED": "0",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_MODE": "offline",
    "WANDB_SILENT": "true",
}


def run_both(client: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns what came of a client with ours and with stock Keras, run side by side.

    Args:
        client: Its name.

    Returns:
        For each, `{"figures": ...}` or `{"error": a line}`.
    """
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as ours,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as stock,
    ):
        directories = {"keras_mlp": Path(ours), "keras": Path(stock)}
        started = [
            (_start(client, package, directory), directory)
            for package, directory in directories.items()
        ]
        one, other = [_outcome(*process) for process in started]
    return one, other


def _start(client: str, package: str, directory: Path) -> subprocess.Popen[bytes]:
    home = directory / "home"
    home.mkdir()
    with (directory / "output.txt").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "client_programs.run", client, package],
            cwd=directory,
            env={**os.environ, **ENVIRONMENT, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # With all that it starts, so that it can be ended with it.
            start_new_session=True,
        )


def _outcome(process: subprocess.Popen[bytes], directory: Path) -> dict[str, Any]:
    try:
        status = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return {"error": f"not done after {SECONDS} s"}
    finally:
        _end(process)
    written = directory / "outcome.json"
    if status == 0 and written.exists():
        return dict(json.loads(written.read_text()))
    lines = (directory / "output.txt").read_text(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "no word")
    return {"error": f"exit status {status}: {last.strip()[:200]}"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process, and what it has left running."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        # It has left nothing.
        return
    process.wait()
