"""Predictions on the replicas of a process."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from keras_mlp.keras_internals import concat
from keras_mlp.training.batch_parts import part_of, without_optionals


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

    def __call__(self, batches: Sequence[Any]) -> Any:
        """Returns the outputs for all batches, joined along the first axis.

        Args:
            batches: At least one batch.
        """
        outputs = [self._run(without_optionals(batch)) for batch in batches]
        if len(outputs) == 1:
            return outputs[0]
        return tf.nest.map_structure(lambda *parts: concat(parts), *outputs)

    def _on_all_replicas(self, batch: Any) -> Any:
        outputs = self._strategy.run(self._on_a_replica, args=(batch,))
        if self._replicas == 1:
            return outputs
        rows = tf.shape(tf.nest.flatten(batch)[0])[0]
        # Where a batch could not be divided, each replica has the outputs for all.
        return tf.nest.map_structure(
            lambda output: concat(self._strategy.experimental_local_results(output))[
                :rows
            ],
            outputs,
        )

    def _on_a_replica(self, batch: Any) -> Any:
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        part, _ = part_of(batch, replica % self._replicas, self._replicas)
        return self._step(part)
