"""The checkpoints of a run, in a directory."""

import io
import logging
import re
from pathlib import Path
from typing import Any

from keras_mlp.files import remove_leftovers
from keras_mlp.resuming.checkpoint_file import (
    DamagedError,
    EncodedState,
    read,
    read_from,
    write,
)
from keras_mlp.resuming.errors import ResumeError
from keras_mlp.training import WorkerGroup

# The second is for the case that the newest is damaged.
KEPT = 2

_NAME = re.compile(r"checkpoint-\d{8,}\.npz")

_logger = logging.getLogger("keras_mlp")


class Checkpoints:
    """Numbered checkpoints in a directory, of which the last two are kept.

    Where several workers train together, the chief reads and writes for all of them.

    Args:
        directory: An existing directory that nobody else writes to. Only the chief has
            to see it.
        workers: The workers of the run, who all make the same calls. Defaults to this
            one alone.
    """

    def __init__(self, directory: Path, workers: WorkerGroup | None = None) -> None:
        self.directory = directory
        self._workers = workers or WorkerGroup(None)
        # Those that were read or written here.
        self._good: list[Path] = []

    @property
    def exist(self) -> bool:
        """Whether there are any, be they damaged."""
        return bool(self._all())

    def newest(self) -> tuple[Path, Any] | None:
        """Returns the newest checkpoint that is undamaged, and its state, if any is.

        Raises:
            ResumeError: On all workers, if there are checkpoints and all are damaged,
                or if the newest has a newer format.
        """
        if self._workers.is_alone:
            return self._read_newest()
        found, error = None, None
        if self._workers.is_chief:
            try:
                found = self._read_newest()
            except ResumeError as damage:
                error = damage
        # All are to stop where the chief has to.
        [failed], *_ = self._workers.gather([error is not None])
        if error is not None:
            raise error
        if failed:
            raise ResumeError(
                "The saved state must be usable. Received: an error on the "
                "chief, which says what is wrong with it."
            )
        content = self._workers.share(found and found[0].read_bytes())
        if content is None or found is not None:
            return found
        name = Path("state of the chief")
        return name, read_from(io.BytesIO(content), name)

    def save(self, encoded: EncodedState) -> None:
        """Writes a checkpoint, then removes those that are not needed any more.

        Args:
            encoded: The state, the same on all workers.

        Raises:
            OSError: If it cannot be written; those before are left as they were.
        """
        if not self._workers.is_chief:
            return
        paths = self._all()
        number = _number(paths[-1]) + 1 if paths else 0
        path = self.directory / f"checkpoint-{number:08d}.npz"
        write(path, encoded)
        self._good = [*self._good, path][-KEPT:]
        for old in paths:
            if old not in self._good:
                old.unlink(missing_ok=True)

    def _read_newest(self) -> tuple[Path, Any] | None:
        remove_leftovers(self.directory)
        error: DamagedError | None = None
        for path in reversed(self._all()):
            try:
                state = read(path)
            except DamagedError as damage:
                _logger.warning("%s The one before it is tried.", damage)
                error = damage
            else:
                self._good = [path]
                return path, state
        if error is not None:
            raise ResumeError(
                f"{error} There is no other in '{self.directory}'. Remove that "
                "directory to start again."
            ) from error
        return None

    def _all(self) -> list[Path]:
        paths = (
            path for path in self.directory.iterdir() if _NAME.fullmatch(path.name)
        )
        return sorted(paths, key=_number)


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("checkpoint-"))
