"""The checkpoints of a run, which its chief reads and writes for all workers."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_mlp.callbacks.checkpoint_file import EncodedState, read_from
from keras_mlp.callbacks.checkpoints import Checkpoints
from keras_mlp.callbacks.errors import ResumeError

if TYPE_CHECKING:
    from keras_mlp.training import WorkerGroup


class SharedCheckpoints:
    """The checkpoints of a run, on all its workers.

    Args:
        checkpoints: Those in the directory, which only the chief has to see.
        workers: The workers of the run.
    """

    def __init__(self, checkpoints: Checkpoints, workers: "WorkerGroup") -> None:
        self._checkpoints = checkpoints
        self._workers = workers

    def newest(self) -> tuple[Path, dict[str, Any]] | None:
        """Returns the newest saved state and where it is from, if there is one.

        Raises:
            ResumeError: On all workers, if the chief cannot read what there is.
        """
        if self._workers.is_alone:
            return self._checkpoints.newest()
        found, error = None, None
        if self._workers.is_chief:
            try:
                found = self._checkpoints.newest()
            except ResumeError as damage:
                error = damage
        # All are to stop where the chief has to.
        [failed], *_ = self._workers.gather([error is not None])
        if error is not None:
            raise error
        if failed:
            raise ResumeError(
                "The saved state must be one to go on from. Received: an error on the "
                "chief, which says what is wrong with it."
            )
        content = self._workers.share(found and found[0].read_bytes())
        if content is None or found is not None:
            return found
        name = Path("state of the chief")
        return name, read_from(io.BytesIO(content), name)

    def save(self, state: EncodedState) -> None:
        """Writes a state, where this is the chief.

        Args:
            state: The same on all workers.

        Raises:
            OSError: If it cannot be written; those before are left as they were.
        """
        if self._workers.is_chief:
            self._checkpoints.save(state)
