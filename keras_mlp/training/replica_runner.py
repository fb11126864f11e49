"""How the steps of a model are taken under a distribution strategy, as a mixin."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import pythonify_logs
from keras_mlp.training.feed import Feed
from keras_mlp.training.loop_compiler import LoopCompiler
from keras_mlp.training.loop_state import Run
from keras_mlp.training.phase_data import Fed, PhaseData
from keras_mlp.training.replica_checks import check_for_replicas
from keras_mlp.training.replicated_prediction import ReplicatedPrediction
from keras_mlp.training.replicated_step import ReplicatedStep
from keras_mlp.training.workers import check_strategy


class ReplicaRunner(LoopCompiler):
    """Takes the steps of `fit`, `evaluate` and `predict` on the replicas of a strategy.

    Keras would divide the data set among the replicas, and then cannot go on under a
    strategy of several workers. Here it sees what it sees on one device: batches, and a
    function that takes a step on each.
    """

    @property
    def distribute_strategy(self) -> Any:
        """The strategy under which the model was made, or TensorFlow's default."""
        run = self._state.run
        if run is not None and run.strategy is not None:
            return _Undivided(run.strategy)
        return super().distribute_strategy

    def _replicas_strategy(self) -> tf.distribute.Strategy | None:
        """Returns the strategy on whose replicas steps are taken, if there is one."""
        made_under = self._distribute_strategy
        check_strategy(made_under)
        if tf.distribute.has_strategy():
            current = tf.distribute.get_strategy()
            if current is not made_under:
                raise ValueError(
                    "A model must be made in the scope of the strategy that it is "
                    f"trained under. Received: {type(current).__name__}, and a model "
                    f"made under {type(made_under).__name__ if made_under else 'none'}."
                    " Make and compile it within `with strategy.scope():`."
                )
        return made_under

    def _fed_to_replicas(
        self, data: dict[str, PhaseData], strategy: tf.distribute.Strategy, epochs: int
    ) -> dict[str, Fed]:
        chosen = self._state.steps_per_execution
        group = 1 if chosen == "auto" else int(chosen)
        for weight in self.weights:
            if not strategy.extended.variable_created_in_scope(weight.value):
                raise ValueError(
                    "The weights of a model must be made in the scope of the strategy "
                    f"that it is trained under. Received: {weight.path!r}, made "
                    "outside. Call or `build` the model within "
                    "`with strategy.scope():`, or leave that to `fit`."
                )
        first = next(iter(data))
        if first == "train":
            check_for_replicas(self, strategy)
        spec = data[first].batch_spec
        # Replicas cannot make variables.
        with strategy.scope():
            if spec is not None and first != "predict":
                self._symbolic_build(data_batch=spec)
            elif spec is not None and not self.built:
                x = keras.utils.unpack_x_y_sample_weight(spec)[0]
                self(
                    keras.tree.map_structure(
                        lambda leaf: keras.Input(
                            batch_shape=leaf.shape, dtype=leaf.dtype
                        ),
                        x,
                    )
                )
        return {
            phase: part.fed_to_replicas(
                strategy, group, epochs if phase == "train" else 1
            )
            for phase, part in data.items()
        }

    def _maybe_symbolic_build(
        self, iterator: Any = None, data_batch: Any = None
    ) -> None:
        run = self._state.run
        if run is not None and run.strategy is not None and self._is_all_built():
            # Keras would draw a batch, and with it the number of an epoch.
            return
        super()._maybe_symbolic_build(iterator, data_batch)

    def _is_all_built(self) -> bool:
        parts = (*self._flatten_layers(), self._compile_metrics, self.optimizer)
        return all(part is None or part.built for part in parts)

    def _make_replicated(self, phase: str, step: Callable, run: Run) -> Callable:
        eagerly, replicas = self.run_eagerly, run.feeds[phase].replicas
        if phase == "predict":
            return ReplicatedPrediction(step, run.strategy, eagerly)
        replicated = ReplicatedStep(
            self,
            step,
            run.strategy,
            replicas,
            eagerly,
            self._state.guards.get(phase),
            run.feeds[phase].preprocess,
        )
        return lambda iterator: _in_turn(replicated, iterator, self.steps_per_execution)

    def _get_metrics_result_or_logs(self, logs: Any) -> Any:
        run = self._state.run
        if run is not None and run.strategy is not None and logs:
            # They are those of all replicas already.
            return pythonify_logs(logs)
        return super()._get_metrics_result_or_logs(logs)


class _Undivided:
    """Stands for a strategy where Keras divides data sets by it."""

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        self._strategy = strategy

    def experimental_distribute_dataset(self, dataset: Any) -> Any:
        return dataset

    def scope(self) -> contextlib.AbstractContextManager[Any]:
        return self._strategy.scope()


def single_batches() -> dict[str, Feed]:
    """Returns how batches arrive that Keras hands over one at a time."""
    return {phase: Feed() for phase in ("train", "test", "predict")}


def _in_turn(step: Callable, iterator: Iterator[Any], steps: int) -> Any:
    """Takes several steps, fewer at the end of the data."""
    logs = None
    for _ in range(steps):
        try:
            logs = step(iterator)
        except StopIteration:
            break
    if logs is None:
        raise StopIteration
    return logs
