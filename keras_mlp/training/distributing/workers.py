"""Which of several workers a process is, and what the workers have in common."""

from typing import Any

import keras
import tensorflow as tf

# They write files, or to a server: once for all workers is enough. The others decide
# something, such as when to stop, which all workers must do alike.
_WRITERS = (
    keras.callbacks.BackupAndRestore,
    keras.callbacks.CSVLogger,
    keras.callbacks.ModelCheckpoint,
    keras.callbacks.RemoteMonitor,
    keras.callbacks.TensorBoard,
)


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
    if strategy is None or not is_multi_worker(strategy):
        return True
    resolver = strategy.cluster_resolver
    if "chief" in resolver.cluster_spec().jobs:
        return resolver.task_type == "chief"
    return resolver.task_type == "worker" and resolver.task_id == 0


def own_callbacks(callbacks: Any, strategy: tf.distribute.Strategy | None) -> Any:
    """Returns the callbacks that this process must call.

    All of them on the chief. On other workers those are left out that write: Keras'
    own, and any with a true attribute `chief_only`.

    Args:
        callbacks: The argument `callbacks` of `fit`.
        strategy: A `tf.distribute.Strategy`, or `None` for none.

    Example:

    ```python
    import keras
    import keras_mlp

    callbacks = [keras.callbacks.EarlyStopping()]
    assert keras_mlp.training.own_callbacks(callbacks, None) == callbacks
    ```
    """
    if is_chief(strategy) or isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks
    return [
        callback
        for callback in keras.tree.flatten(callbacks or [])
        if not isinstance(callback, _WRITERS)
        and not getattr(callback, "chief_only", False)
    ]


def check_strategy(strategy: tf.distribute.Strategy | None) -> None:
    """Checks that a strategy is one under which models can be trained.

    Args:
        strategy: A `tf.distribute.Strategy`, or `None` for none.

    Raises:
        ValueError: If its variables live on parameter servers.
    """
    if isinstance(
        strategy,
        (
            tf.distribute.experimental.ParameterServerStrategy,
            tf.distribute.experimental.CentralStorageStrategy,
        ),
    ):
        raise ValueError(
            "Models train under OneDeviceStrategy, MirroredStrategy and "
            "MultiWorkerMirroredStrategy. Received: "
            f"{type(strategy).__name__}, which Keras 3 does not support. Use "
            "`tf.distribute.MultiWorkerMirroredStrategy()`."
        )


def strategy_of(model: keras.Model) -> tf.distribute.Strategy | None:
    """Returns the strategy on whose replicas a model takes its steps, if there is one.

    Args:
        model: The model.

    Raises:
        ValueError: If it was made under another strategy than the current one, or under
            one that models cannot be trained under.
    """
    made_under = model._distribute_strategy
    check_strategy(made_under)
    if tf.distribute.has_strategy():
        current = tf.distribute.get_strategy()
        if current is not made_under:
            raise ValueError(
                "A model must be made in the scope of the strategy that it is trained "
                f"under. Received: {type(current).__name__}, and a model made under "
                f"{type(made_under).__name__ if made_under else 'none'}. Make and "
                "compile it within `with strategy.scope():`."
            )
    strategy: tf.distribute.Strategy | None = made_under
    return strategy
