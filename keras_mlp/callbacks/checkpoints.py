"""The checkpoints in a directory."""

import logging
import re
from pathlib import Path
from typing import Any

from keras_mlp.callbacks.checkpoint_file import DamagedError, EncodedState, read, write
from keras_mlp.callbacks.errors import ResumeError
from keras_mlp.files import remove_leftovers

# The second is for the case that the newest is damaged.
KEPT = 2

_NAME = re.compile(r"checkpoint-\d{8,}\.npz")

_logger = logging.getLogger("keras_mlp")


class Checkpoints:
    """Numbered checkpoints in a directory, of which the last two are kept.

    Args:
        directory: An existing directory that nobody else writes to.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        # Those that were read or written here.
        self._good: list[Path] = []

    @property
    def exist(self) -> bool:
        """Whether there are any, be they damaged."""
        return bool(self._all())

    def newest(self) -> tuple[Path, Any] | None:
        """Returns the newest checkpoint that is undamaged, and its state, if any is.

        Raises:
            ResumeError: If there are checkpoints and all are damaged, or if the newest
                has a newer format.
        """
        remove_leftovers(self.directory)
        error: DamagedError | None = None
        for path in reversed(self._all()):
            try:
                state = read(path)
            except DamagedError as damage:
                _logger.warning("%s The one before it is looked for.", damage)
                error = damage
            else:
                self._good = [path]
                return path, state
        if error is not None:
            raise ResumeError(
                f"{error} There is no other in '{self.directory}'. Remove that "
                "directory to begin anew."
            ) from error
        return None

    def save(self, encoded: EncodedState) -> None:
        """Writes a checkpoint, then removes those that are not needed any more.

        Raises:
            OSError: If it cannot be written; those before are left as they were.
        """
        paths = self._all()
        number = _number(paths[-1]) + 1 if paths else 0
        path = self.directory / f"checkpoint-{number:08d}.npz"
        write(path, encoded)
        self._good = [*self._good, path][-KEPT:]
        for old in paths:
            if old not in self._good:
                old.unlink(missing_ok=True)

    def _all(self) -> list[Path]:
        paths = (
            path for path in self.directory.iterdir() if _NAME.fullmatch(path.name)
        )
        return sorted(paths, key=_number)


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("checkpoint-"))
