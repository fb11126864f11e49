"""Predictions on the replicas of a process."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.training.distributing.replica_parts import part_of
from keras_mlp.training.execution.executor import Taken
from keras_mlp.training.execution.outputs import concatenated
from keras_mlp.training.feeding.parts import Joined, Part


class ReplicatedPrediction:
    """Takes prediction steps on the replicas that this process has.

    Each replica cuts its part out of a batch. Weights are alike everywhere, so that
    nothing is asked of other processes: of several workers, any may predict by itself,
    and has all outputs.

    Args:
        step: Function of a batch, such as `model.predict_step`.
        strategy: Under whose scope the model was made.
        eagerly: Whether to run without a graph. Defaults to `False`.
    """

    def __init__(
        self,
        step: Callable[[Any], Any],
        strategy: tf.distribute.Strategy,
        eagerly: bool = False,
    ) -> None:
        self._step = step
        self._strategy = strategy
        # The replicas of all processes are numbered one process after the other.
        self._replicas = len(strategy.extended.worker_devices)
        self._run = (
            self._on_all_replicas
            if eagerly
            else tf.function(
                self._on_all_replicas, autograph=False, reduce_retracing=True
            )
        )

    def __call__(self, part: Part) -> Taken:
        """Returns the outputs for all batches, joined along the first axis."""
        batches = part.batches if isinstance(part, Joined) else [part.batch]  # type: ignore[union-attr]
        outputs = [self._run(batch) for batch in batches]
        return Taken(concatenated(outputs), part.steps)

    def _on_all_replicas(self, batch: Any) -> Any:
        outputs = self._strategy.run(self._on_a_replica, args=(batch,))
        if self._replicas == 1:
            return outputs
        rows = tf.shape(tf.nest.flatten(batch)[0])[0]
        # Where a batch could not be divided, each replica has the outputs for all.
        return tf.nest.map_structure(
            lambda output: tf.concat(
                self._strategy.experimental_local_results(output), axis=0
            )[:rows],
            outputs,
        )

    def _on_a_replica(self, batch: Any) -> Any:
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        part, _ = part_of(batch, replica % self._replicas, self._replicas)
        return self._step(part)
