"""From what a call was given to its feed."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.keras_internals import EpochIterator
from keras_mlp.training.call import Call
from keras_mlp.training.distributing.worker_batches import reads_its_own, worker_batches
from keras_mlp.training.feeding.arrays import OneBatch, as_tensor, is_loaded
from keras_mlp.training.feeding.feed import Feed, Reader
from keras_mlp.training.feeding.gathering_reader import GatheringReader
from keras_mlp.training.feeding.joined_reader import JoinedReader
from keras_mlp.training.feeding.resident_feed import (
    AdapterOrders,
    LoadedOrders,
    Orders,
    ResidentFeed,
    resident_arrays,
)
from keras_mlp.training.feeding.single_reader import ListReader, SingleReader
from keras_mlp.training.planning.limits import LIMITS
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.planning.rules import DEFAULT_BATCH_SIZE


def make_feed(
    call: Call,
    plan: Plan,
    program: Callable[[Any, Callable[[], Any]], Any],
    strategy: tf.distribute.Strategy | None = None,
) -> tuple[Feed | ResidentFeed, int | None]:
    """Returns the batches of a call, in the way that its plan says.

    Args:
        call: The call.
        plan: Its plan.
        program: Returns the program with this key, made where there is none yet.
        strategy: On whose replicas steps are taken, if on any.

    Returns:
        The feed, and the number of replicas that share a batch; `None` is all.
    """
    if isinstance(call.x, tf.distribute.DistributedDataset):
        raise ValueError(
            "Argument `x` must be a `tf.data.Dataset` of global batches, of which "
            "each replica takes its part, or arrays. Received: a "
            "`tf.distribute.DistributedDataset`. Pass the data set that it was made of."
        )
    read = _reader_of(plan, program)
    if plan.feed == "resident":
        return _resident(call, plan), None
    if is_loaded(call.x):
        return _loaded(call, plan, read), None
    if plan.feed == "joined" and plan.phase == "predict":
        dataset = _joined_array(call.x, plan)
        if dataset is not None:
            return Feed(_near(dataset, plan), read, None, plan.steps), None
    x, steps, replicas = call.x, call.steps, None
    if strategy is not None and isinstance(x, tf.data.Dataset) and reads_its_own(x):
        x, replicas = worker_batches(x, steps, strategy)
    joined = plan.feed == "joined"
    data = EpochIterator(
        x=x,
        y=call.y,
        sample_weight=call.sample_weight,
        # Keras cuts elements of so many examples from the same order.
        batch_size=plan.batch_size * plan.group if joined else call.batch_size,
        steps_per_epoch=steps,
        shuffle=call.shuffle,
        class_weight=call.class_weight,
    )
    adapter = data.data_adapter
    with np.errstate(over="ignore"):
        # What float32 cannot hold becomes infinite, and is named where that matters.
        dataset = (
            _only_batch(call)
            if plan.steps == 1
            and plan.all_full is not None
            and call.phase != "train"
            and strategy is None
            else _near(adapter.get_tf_dataset(), plan)
        )
    feed = Feed(
        dataset,
        read,
        # Keras may have lowered it, for debugging.
        data.steps_per_epoch,
        plan.steps if joined else adapter.num_batches,
        adapter,
        begins_twice=isinstance(call.x, tf.data.Dataset),
        stride=plan.group if plan.counts_groups else None,
    )
    return feed, replicas


def _resident(call: Call, plan: Plan) -> ResidentFeed:
    """Returns the batches of data that stay in memory."""
    orders: Orders
    if is_loaded(call.x):
        data, used = call.x.resident, call.x.used
        orders = LoadedOrders(call.x)
    else:
        # Keras refuses what does not go together.
        EpochIterator(x=call.x, y=call.y, sample_weight=call.sample_weight)
        data = resident_arrays(call)
        used = tf.nest.flatten(data)[0].shape[0]
        places = EpochIterator(
            x=np.arange(used, dtype="int32"), batch_size=used, shuffle=call.shuffle
        )
        orders = AdapterOrders(places.data_adapter)
    device = LIMITS[plan.device].prefetch_to
    if device:
        with tf.device(device):
            data = tf.nest.map_structure(tf.identity, data)
    return ResidentFeed(data, orders, used, plan.batch_size, plan.group)


def _reader_of(
    plan: Plan, program: Callable[[Any, Callable[[], Any]], Any]
) -> Callable[[Any], Reader]:
    if plan.phase == "predict" and plan.group > 1:
        size = plan.batch_size if plan.feed == "joined" else None
        joined = plan.group if plan.feed == "joined" else 1
        return lambda iterator: ListReader(iterator, joined, size)
    if plan.feed == "joined":
        return lambda iterator: JoinedReader(iterator, plan.batch_size, plan.group)
    if plan.feed == "gathered":
        most_bytes = LIMITS[plan.device].most_bytes
        return lambda iterator: GatheringReader(
            iterator, program, plan.group, most_bytes
        )
    return SingleReader


def _loaded(call: Call, plan: Plan, read: Callable[[Any], Reader]) -> Feed:
    """Returns the batches of what `keras_mlp.data.load` has returned."""
    x = call.x

    def weighted(dataset: tf.data.Dataset) -> tf.data.Dataset:
        if call.class_weight is None:
            return dataset
        data = EpochIterator(x=dataset, class_weight=call.class_weight)
        return data.data_adapter.get_tf_dataset()

    # One iterator for all epochs: to make one takes as long as 30 small steps.
    # Batches that are gathered are read ahead, and an epoch counts when it begins.
    endless = (
        call.phase == "train"
        and call.whole_epochs
        and call.epochs > 1
        and plan.feed != "gathered"
    )
    joined = plan.group if plan.feed == "joined" else 1
    if plan.deferred:
        dataset = x.deferred(batches=joined, endless=endless)
    else:
        dataset = x.endless() if endless else x

    def rest(first: int) -> Reader:
        left = x.rest(first, batches=joined, deferred=plan.deferred)
        return read(iter(_near(weighted(left), plan)))

    return Feed(
        _near(weighted(dataset), plan),
        read,
        call.limit,
        int(x.cardinality()),
        endless=endless,
        rest=rest,
        stride=plan.group if plan.counts_groups else None,
    )


def _near(dataset: tf.data.Dataset, plan: Plan) -> tf.data.Dataset:
    """Returns a data set whose next elements wait where the steps are taken."""
    device = LIMITS[plan.device].prefetch_to
    leaves = tf.nest.flatten(dataset.element_spec)
    if not device or plan.replicas or not all(map(_is_numerical, leaves)):
        return dataset
    return dataset.apply(tf.data.experimental.prefetch_to_device(device, 2))


def _is_numerical(spec: Any) -> bool:
    return isinstance(spec, tf.TensorSpec) and spec.dtype != tf.string


def _only_batch(call: Call) -> OneBatch:
    """Returns arrays that fit one batch, as `evaluate` and `predict` take them."""
    arrays = keras.utils.pack_x_y_sample_weight(call.x, call.y, call.sample_weight)
    return OneBatch(arrays, call.batch_size or DEFAULT_BATCH_SIZE)


def _joined_array(x: Any, plan: Plan) -> tf.data.Dataset | None:
    """Returns an array as a data set that is made quickly, `None` for other inputs.

    Keras' own takes longer to make than a small network takes to predict 10,000
    examples.
    """
    if not isinstance(x, (np.ndarray, tf.Tensor)):
        return None
    rows = plan.batch_size * plan.group
    with tf.device("CPU:0"):
        x = as_tensor(x)
        full = x.shape[0] // rows
        parts = []
        if full:
            whole = tf.reshape(x[: full * rows], (full, rows, *x.shape[1:]))
            parts.append(tf.data.Dataset.from_tensor_slices(whole))
        if x.shape[0] > full * rows:
            parts.append(tf.data.Dataset.from_tensors(x[full * rows :]))
    return functools.reduce(tf.data.Dataset.concatenate, parts)
