"""One step on several replicas, each of which takes its part of the batch."""

import zlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.distributing.replica_parts import part_of
from keras_mlp.training.distributing.worker_group import WorkerGroup
from keras_mlp.training.distributing.workers import is_multi_worker
from keras_mlp.training.execution.executor import Taken
from keras_mlp.training.feeding.parts import Part, Single
from keras_mlp.training.feeding.structures import as_tensors, spec_of


class ReplicatedStep:
    """Takes a step on every replica of a `tf.distribute.Strategy`, synchronously.

    Each process reads the same batches, and each replica cuts out its part: of 128
    examples on 4 replicas the first takes the rows 0 to 31. So the batch is the global
    one, and its step is that of a single process: optimizers sum the replicas'
    gradients, whose losses Keras has divided by the number of replicas.

    A batch that cannot be divided evenly, such as the last of an epoch, is taken whole
    by every replica. The mean of their gradients is then that of the batch, whatever
    the step does, and no replica is left without an example, which would make its loss
    a division by zero. Only the first replica counts it in the metrics.

    Args:
        model: The model, built, with its metrics and its optimizer.
        step: Function of a batch, such as `model.train_step`. It returns a dictionary
            of logs.
        strategy: Under whose scope the model was made.
        replicas: Number of replicas that share a batch: those of this process, where
            each process reads a part of its own. Defaults to all there are.
        eagerly: Whether to run without a graph. Defaults to `False`.
        spec: Shapes and dtypes of a batch. Defaults to those of the first batch.
    """

    def __init__(
        self,
        model: keras.Model,
        step: Callable[[Any], dict[str, Any]],
        strategy: tf.distribute.Strategy,
        replicas: int | None = None,
        eagerly: bool = False,
        spec: Any = None,
    ) -> None:
        self._model = model
        self._step = step
        self._strategy = strategy
        self._replicas = replicas or strategy.num_replicas_in_sync
        self._eagerly = eagerly
        self._spec = spec
        # By the shapes and dtypes of batches; structures with dictionaries are not
        # hashable.
        self._traced: dict[str, Any] = {}

    def __call__(self, part: Part) -> Taken:
        """Takes a step on a batch, the same on all processes.

        The logs are, of metrics, those of all replicas' examples so far; of anything
        else, the mean over the replicas.
        """
        assert isinstance(part, Single)
        if self._eagerly:
            return Taken(self._on_all_replicas(part.batch), 1)
        batch, spec = part.batch, self._spec
        if spec is None:
            batch = as_tensors(batch)
            spec = spec_of(batch)
        key = repr(spec)
        if key not in self._traced:
            self._check_alike(batch)
            self._traced[key] = tf.function(
                self._on_all_replicas, autograph=False
            ).get_concrete_function(spec)
        return Taken(self._traced[key](batch), 1)

    def _check_alike(self, batch: Any) -> None:
        """Raises an error if the workers' data sets are shuffled differently."""
        alone = not is_multi_worker(self._strategy)
        if alone or self._replicas < self._strategy.num_replicas_in_sync:
            return
        checksum = 0
        for leaf in tf.nest.flatten(batch):
            if leaf is not None:
                checksum = zlib.crc32(np.ascontiguousarray(leaf).data, checksum)
        checksums = [own for [own] in WorkerGroup(self._strategy).gather([checksum])]
        if len(set(checksums)) > 1:
            raise ValueError(
                "All workers must read the same batches, of which each takes its part. "
                f"Received: batches with the checksums {checksums}. Shuffle with one "
                "seed on all workers: `keras_mlp.data.load(..., seed=0)` for its data "
                "sets, `dataset.shuffle(..., seed=0)`, or "
                "`keras.utils.set_random_seed(0)` for arrays. Where each worker reads "
                "its own part, set the data set's auto-shard policy to OFF."
            )

    def _on_all_replicas(self, batch: Any) -> dict[str, Any]:
        logs = self._strategy.run(self._on_a_replica, args=(batch,))
        # They have been reduced, and are alike on all.
        return tf.nest.map_structure(
            lambda log: self._strategy.experimental_local_results(log)[0], logs
        )

    def _on_a_replica(self, batch: Any) -> dict[str, Any]:
        context = tf.distribute.get_replica_context()
        replica = context.replica_id_in_sync_group % self._replicas
        part, whole = part_of(batch, replica, self._replicas)
        metrics = [variable.value for variable in self._model.metrics_variables]
        before = None if whole is False else [tf.identity(value) for value in metrics]
        logs = self._step(part)
        if before is not None:
            counted = tf.logical_or(tf.logical_not(whole), tf.equal(replica, 0))
            for variable, old in zip(metrics, before, strict=True):
                variable.assign(tf.where(counted, tf.identity(variable), old))
        self._agree_on_statistics(context)
        return self._reduced(context, logs)

    def _agree_on_statistics(self, context: Any) -> None:
        """Averages what layers note of their own part, such as moving means."""
        layers = list(self._model._flatten_layers())
        frozen = {
            id(variable)
            for layer in layers
            if not layer.trainable
            for variable in layer.variables
        }
        noted = {
            id(variable): variable.value
            for layer in layers
            if layer.trainable
            for variable in layer.non_trainable_variables
            if id(variable) not in frozen
            and variable.dtype.startswith(("float", "bfloat"))
        }
        if noted:
            means = context.all_reduce(
                tf.distribute.ReduceOp.MEAN,
                [tf.identity(value) for value in noted.values()],
            )
            for variable, mean in zip(noted.values(), means, strict=True):
                variable.assign(mean)

    def _reduced(self, context: Any, logs: dict[str, Any]) -> dict[str, Any]:
        variables = self._model.metrics_variables
        totals = context.all_reduce(
            tf.distribute.ReduceOp.SUM,
            [tf.identity(variable.value) for variable in variables],
        )
        with keras.StatelessScope(
            state_mapping=list(zip(variables, totals, strict=True))
        ):
            results = self._model.get_metrics_result()
        others = {name: log for name, log in logs.items() if name not in results}
        if others:
            others = context.all_reduce(tf.distribute.ReduceOp.MEAN, others)
        return {name: results.get(name, others.get(name)) for name in logs}
