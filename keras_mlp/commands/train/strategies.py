"""`--strategy`: where a recipe is trained."""

import contextlib
from collections.abc import Iterator

import tensorflow as tf

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.training import (
    WorkerStoppedError,
    cluster_resolver,
    reporting_stopped_workers,
)


def make_strategy(name: str) -> tf.distribute.Strategy | None:
    """Returns a strategy, having met the other workers where there are any.

    To be called before anything is computed: a worker joins the others when TensorFlow
    starts.

    Args:
        name: `"none"`, `"mirrored"` or `"multi-worker"`.

    Raises:
        CommandError: If the environment tells of no cluster, or the worker's port is
            not free.
    """
    if name == "none":
        return None
    if name == "mirrored":
        return tf.distribute.MirroredStrategy()
    with as_command_error():
        resolver = cluster_resolver()
    try:
        return tf.distribute.MultiWorkerMirroredStrategy(resolver)
    except tf.errors.OpError as error:
        own = resolver.cluster_spec().task_address(resolver.task_type, resolver.task_id)
        raise CommandError(
            f"this worker cannot join the others as {own}: {error.message}. Its port "
            "must be free, and all workers must be started anew together."
        ) from error


@contextlib.contextmanager
def ending_together(strategy: tf.distribute.Strategy | None) -> Iterator[None]:
    """Says in one line that another worker has stopped.

    Args:
        strategy: What is trained under.

    Raises:
        CommandError: In the block, if another worker is lost.
    """
    try:
        with reporting_stopped_workers(strategy):
            yield
    except WorkerStoppedError as error:
        raise CommandError(str(error)) from error
