"""Which of several workers a process is."""

import tensorflow as tf


def is_multi_worker(strategy: tf.distribute.Strategy | None) -> bool:
    """Returns whether a strategy trains with several processes.

    Args:
        strategy: A `tf.distribute.Strategy`, or `None` for none.

    Example:

    ```python
    import tensorflow as tf
    import keras_mlp

    assert not keras_mlp.training.is_multi_worker(tf.distribute.get_strategy())
    ```
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return False
    return strategy.cluster_resolver.task_type is not None


def is_chief(strategy: tf.distribute.Strategy | None) -> bool:
    """Returns whether this process is the one that writes files.

    Of several workers, that is the one whose task is `"chief"`, or worker 0 where there
    is none. A process that trains by itself is its own chief.

    Args:
        strategy: A `tf.distribute.Strategy`, or `None` for none.

    Example:

    ```python
    import tensorflow as tf
    import keras_mlp

    assert keras_mlp.training.is_chief(tf.distribute.get_strategy())
    ```
    """
    if not is_multi_worker(strategy):
        return True
    resolver = strategy.cluster_resolver
    if "chief" in resolver.cluster_spec().jobs:
        return resolver.task_type == "chief"
    return resolver.task_type == "worker" and resolver.task_id == 0
