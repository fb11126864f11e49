"""Runs that are stopped, and go on."""

import contextlib
import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.stopped import Stopped
from keras_mlp.recipes.runs.resumable_run import ResumableRun
from keras_mlp.resuming import TERMINATED, ResumeError
from keras_mlp.training import WorkerGroup


def run_to_resume(
    chosen: str | None, workers: WorkerGroup
) -> tuple[ResumableRun | None, dict[str, Any] | None]:
    """Returns the run in a directory and its settings; the latter on every worker.

    Both are `None` if the run is complete.

    Args:
        chosen: The directory that the user named, or `None`.
        workers: Those that train. Only the chief has to see the directory.

    Raises:
        CommandError: If there is no run to resume.
    """
    run, text = None, None
    if workers.is_chief:
        run = _begun_run(chosen)
        with as_command_error():
            text = json.dumps(None if run is None else run.settings()).encode()
    text = workers.share(text)
    assert text is not None
    return run, json.loads(text)


def _begun_run(chosen: str | None) -> ResumableRun | None:
    if chosen is None:
        raise CommandError(
            "--resume needs the run that is to go on. Received: no --out. Give its "
            "directory with --out DIR."
        )
    directory = Path(chosen)
    run = ResumableRun(directory)
    if (directory / "run.json").exists():
        if run.directory.exists():
            # It was killed at the very end.
            with run.locked():
                run.remove()
        return None
    if not directory.is_dir():
        raise CommandError(
            f"--out must be the directory of a run. Received: '{chosen}', which "
            "does not exist. Leave --resume out to begin one there."
        )
    if not run.has_begun:
        raise CommandError(
            f"--out must be the directory of a run that has begun. Received: "
            f"'{chosen}', which holds none. Leave --resume out to begin one."
        )
    return run


@contextlib.contextmanager
def stoppable(directory: Path | None) -> Iterator[None]:
    """Has signals, and state that cannot be used, end the command with one line.

    Args:
        directory: The run directory, `None` for a worker that has none.

    Raises:
        Stopped: If SIGTERM or SIGINT came.
        CommandError: If there is state that cannot be gone on from.
    """

    def terminate(number: int, frame: FrameType | None) -> None:
        raise SystemExit(TERMINATED)

    on_main_thread = threading.current_thread() is threading.main_thread()
    if on_main_thread:
        before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except ResumeError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt as error:
        raise Stopped(_told("interrupted", directory), 128 + signal.SIGINT) from error
    except SystemExit as error:
        if error.code != TERMINATED:
            raise
        raise Stopped(_told("terminated", directory), TERMINATED) from error
    finally:
        if on_main_thread:
            signal.signal(signal.SIGTERM, before)


def _told(what: str, directory: Path | None) -> str:
    if directory is None or not ResumableRun(directory).has_begun:
        return what
    return f"{what}; 'keras-mlp train --resume --out {directory}' goes on"
