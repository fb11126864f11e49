"""What training with several workers says when one of them is gone."""

import contextlib
from collections.abc import Iterator

import tensorflow as tf

from keras_mlp.training.distributing.workers import is_multi_worker

# What TensorFlow raises in the workers that are left: the collective operations of all
# are aborted as soon as a connection breaks or a heartbeat is missed. A worker that
# came back alone is refused as aborted.
_ERRORS = (tf.errors.UnavailableError, tf.errors.AbortedError)
# Reading data from a remote store can be refused as unavailable too.
_SIGNS = ("collective op", "coordination service")


class WorkerStoppedError(RuntimeError):
    """Another worker has stopped, and training cannot continue without it.

    Example:

    ```python
    from keras_mlp.training import WorkerStoppedError, reporting_stopped_workers

    try:
        with reporting_stopped_workers():
            total = 1 + 1  # Training goes here.
    except WorkerStoppedError:
        raise SystemExit("Start all workers again.")
    ```
    """


@contextlib.contextmanager
def reporting_stopped_workers(
    strategy: tf.distribute.Strategy | None = None,
) -> Iterator[None]:
    """Turns TensorFlow's error about a lost worker into a `WorkerStoppedError`.

    Without several workers it does nothing. It may be nested.

    Args:
        strategy: The strategy of the block. Defaults to the current one,
            `tf.distribute.get_strategy()`.

    Raises:
        WorkerStoppedError: In the block, if another worker is lost.

    Example:

    ```python
    import tensorflow as tf
    from keras_mlp.training.distributing.worker_errors import reporting_stopped_workers

    strategy = tf.distribute.get_strategy()
    with reporting_stopped_workers(strategy):
        strategy.run(tf.constant, args=(1,))
    ```
    """
    try:
        yield
    except _ERRORS as error:
        if not _is_lost_worker(error, strategy or tf.distribute.get_strategy()):
            raise
        raise WorkerStoppedError(
            "Another worker has stopped or cannot be reached, and training cannot go "
            "on without it. End this program and start all workers again, to go on "
            "from the last checkpoint where the run saved one. TensorFlow's reason: "
            f"{_reason(error)}"
        ) from error


def _is_lost_worker(error: tf.errors.OpError, strategy: tf.distribute.Strategy) -> bool:
    message = str(error).lower()
    return is_multi_worker(strategy) and any(sign in message for sign in _SIGNS)


def _reason(error: tf.errors.OpError) -> str:
    """Returns the part of a long message that says what broke."""
    mark = "aborted by: "
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    place = next((place for place, line in enumerate(lines) if mark in line), 0)
    reason = "".join(lines[place : place + 1]).rpartition(mark)[2]
    if reason.endswith(":"):
        # The names of the lost tasks follow.
        reason = " ".join([reason, *lines[place + 1 : place + 2]])
    return reason
