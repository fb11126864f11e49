"""Data sets of which each worker reads a part of its own."""

import logging

import tensorflow as tf

from keras_mlp.training.distributing.replica_parts import batch_rows
from keras_mlp.training.distributing.worker_group import WorkerGroup
from keras_mlp.training.distributing.workers import is_multi_worker

_logger = logging.getLogger("keras_mlp")

_POLICIES = tf.data.experimental.AutoShardPolicy


def reads_its_own(dataset: tf.data.Dataset) -> bool:
    """Returns whether each worker must use all batches of its data set.

    Args:
        dataset: Of global batches.

    Raises:
        ValueError: If TensorFlow is asked to divide the files.
    """
    policy = dataset.options().experimental_distribute.auto_shard_policy
    if policy in (_POLICIES.FILE, _POLICIES.HINT):
        raise ValueError(
            "The auto-shard policy of a data set must be AUTO or DATA, where each "
            "replica takes its part of each batch, or OFF, where each worker reads "
            f"data of its own. Received: {policy.name}. Divide the files with "
            "`dataset.shard(workers, index)` and set the policy to OFF."
        )
    return policy == _POLICIES.OFF


def worker_batches(
    dataset: tf.data.Dataset, steps: int | None, strategy: tf.distribute.Strategy
) -> tuple[tf.data.Dataset, int | None]:
    """Returns a worker's own data in batches for its replicas, and how many those are.

    The size of a batch is the global one, as TensorFlow has it, so that a worker uses
    up a batch of its data set in as many steps as there are workers.

    Args:
        dataset: What this worker reads, in batches of the global size.
        steps: Number of steps that was asked for, if any.
        strategy: The workers' strategy.

    Raises:
        ValueError: If the batches cannot be divided, or the workers would take
            different numbers of steps.
    """
    if not is_multi_worker(strategy):
        # There is nobody to share with but the replicas of this process.
        return dataset, None
    replicas = len(strategy.extended.worker_devices)
    rows = batch_rows(dataset.element_spec)
    count = int(dataset.cardinality())
    if rows is None:
        # A last batch with fewer examples leaves the size open.
        rows = int(tf.shape(tf.nest.flatten(next(iter(dataset)))[0])[0])
        if count > 1:
            count -= 1
            # Not what loaded data sets make of it, which is a part of their files.
            dataset = tf.data.Dataset.take(dataset, count)
            _logger.warning(
                "The last batch of this worker's own data may have fewer examples than "
                "the others, and is left out: workers must take steps of one size. "
                "`batch(..., drop_remainder=True)` says so."
            )
    size, rest = divmod(rows * replicas, strategy.num_replicas_in_sync)
    if rest or size % replicas:
        raise ValueError(
            "The batch size must be a multiple of the number of replicas, "
            f"{strategy.num_replicas_in_sync}, where each worker reads data of its "
            f"own. Received: batches of {rows}."
        )
    counts = [own for [own] in WorkerGroup(strategy).gather([count])]
    if not steps and (min(counts) < 0 or len(set(counts)) > 1):
        raise ValueError(
            "All workers must take the same number of steps. Received: data sets with "
            f"{counts} full batches (-2 is unknown, -1 is endless), a number for each "
            "replica. Say how many to take: `steps_per_epoch=...` for `fit`, "
            "`validation_steps=...` for its validation, `steps=...` for `evaluate`."
        )
    dataset = dataset.rebatch(size)
    if count >= 0:
        # TensorFlow does not know.
        steps_there_are = count * rows // size
        dataset = dataset.apply(
            tf.data.experimental.assert_cardinality(steps_there_are)
        )
    return dataset, replicas
