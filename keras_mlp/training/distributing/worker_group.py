"""What the workers of a strategy tell each other, outside of the steps."""

import numpy as np
import tensorflow as tf

from keras_mlp.training.distributing.workers import is_chief, is_multi_worker


class WorkerGroup:
    """The workers that train together: one alone, or those of a strategy.

    All workers must call its methods, in the same order.

    Args:
        strategy: A `tf.distribute.Strategy`, or `None` for none.

    Example:

    ```python
    import keras_mlp

    alone = keras_mlp.training.WorkerGroup(None)
    assert alone.is_chief
    assert alone.gather([1, 2]) == [[1, 2]]
    assert alone.share(b"state") == b"state"
    ```
    """

    def __init__(self, strategy: tf.distribute.Strategy | None) -> None:
        self.is_chief = is_chief(strategy)
        self.is_alone = not is_multi_worker(strategy)
        self._strategy = strategy

        @tf.function(autograph=False)
        def all_gather(numbers: tf.Tensor) -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            return context.all_gather(numbers[None], axis=0)

        @tf.function(autograph=False)
        def from_chief(numbers: tf.Tensor) -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            # The chief's first replica is the first of all. The sum of its numbers and
            # zeros has the same bits.
            first = tf.equal(context.replica_id_in_sync_group, 0)
            numbers = tf.where(first, numbers, tf.zeros_like(numbers))
            return context.all_reduce(tf.distribute.ReduceOp.SUM, numbers)

        self._all_gather = all_gather
        self._from_chief = from_chief

    def gather(self, numbers: list[int]) -> list[list[int]]:
        """Returns the numbers of each replica's worker.

        Args:
            numbers: This worker's own; all have as many.
        """
        if self.is_alone:
            return [numbers]
        gathered: list[list[int]] = self._run(
            self._all_gather, tf.constant(numbers, tf.int64)
        ).tolist()
        return gathered

    def share(self, data: bytes | None) -> bytes | None:
        """Returns what the chief has.

        Args:
            data: What the chief has. That of other workers does not count.
        """
        if self.is_alone:
            return data
        # The chief has the first replica.
        length = self.gather([-1 if data is None else len(data)])[0][0]
        if length < 0:
            return None
        numbers = np.zeros(-(-length // 4), np.int32)
        if self.is_chief and data is not None:
            numbers.view(np.uint8)[:length] = np.frombuffer(data, np.uint8)
        shared = self._run(self._from_chief, tf.constant(numbers))
        return bytes(shared.view(np.uint8)[:length])

    def _run(self, function: object, numbers: tf.Tensor) -> np.ndarray:
        assert self._strategy is not None
        results = self._strategy.run(function, args=(numbers,))
        array: np.ndarray = self._strategy.experimental_local_results(results)[
            0
        ].numpy()
        return array
