"""How the steps of a model are taken in programs, as a mixin."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import model_supports_jit
from keras_mlp.training.compiled_loop import CompiledLoop
from keras_mlp.training.compiled_prediction import CompiledPrediction
from keras_mlp.training.execution import wants_every_batch
from keras_mlp.training.feed import Feed, Preprocess
from keras_mlp.training.group_callbacks import GroupCallbacks
from keras_mlp.training.joined_loop import JoinedLoop
from keras_mlp.training.loop_state import Run
from keras_mlp.training.phase_data import Fed, PhaseData
from keras_mlp.training.replica_runner import ReplicaRunner, single_batches
from keras_mlp.training.worker_errors import reporting_stopped_workers
from keras_mlp.training.workers import own_callbacks

# Tracing the loop takes a fifth of a second, and saves two milliseconds a step: so many
# steps have to be taken before it pays. Models are evaluated time and again.
LOOP_PAYS_AFTER = {"train": 100, "test": 50, "predict": 2}

# The same for compiling it with XLA, which takes about a second.
XLA_PAYS_AFTER = 1000

_logger = logging.getLogger("keras_mlp")


class LoopRunner(ReplicaRunner):
    """Decides how the steps of `fit`, `evaluate` and `predict` are taken.

    `LoopTrainer` says what the rules are, and asks.
    """

    def make_train_function(self, force: bool = False) -> Callable:
        """Makes the function that `fit` calls for each group of steps."""
        make = super().make_train_function
        return self._make_function_of("train", make, self.train_step, force)

    def make_test_function(self, force: bool = False) -> Callable:
        """Makes the function that `evaluate` calls for each group of steps."""
        make = super().make_test_function
        return self._make_function_of("test", make, self.test_step, force)

    def make_predict_function(self, force: bool = False) -> Callable:
        """Makes the function that `predict` calls for each group of batches."""
        make = super().make_predict_function
        return self._make_function_of("predict", make, self.predict_step, force)

    def _make_function_of(
        self, phase: str, make_single: Callable, step: Callable, force: bool
    ) -> Callable:
        state, attribute = self._state, f"{phase}_function"
        functions = state.functions[phase]
        if force or getattr(self, attribute) is None:
            # Keras, too, asks for new ones so.
            functions.clear()
        run = state.run
        key: Any = None
        if run is not None:
            feed = run.feeds[phase]
            key = (run.xla, feed.batch_size, feed.all_full, feed.preprocess)
            if run.strategy is not None:
                key = (feed.replicas, feed.preprocess)
        guard = state.guards.get(phase)
        if guard is not None:
            key = (key, guard.key)
        if key not in functions:
            if run is None:
                # One step at a time is what Keras' own function is for.
                setattr(self, attribute, None)
                if guard is None or phase == "predict":
                    make_single()
                    functions[key] = getattr(self, attribute)
                else:
                    single = self._make_function(guard.reporting(step))
                    functions[key] = guard.around(single)
            else:
                step = _after(run.feeds[phase].preprocess, step)
                alone = run.strategy is None
                make = self._make_grouped if alone else self._make_replicated
                functions[key] = make(phase, step, run)
            if guard is not None and phase == "predict":
                feed = Feed() if run is None else run.feeds[phase]
                functions[key] = guard.look_at_each(functions[key], feed)
        setattr(self, attribute, functions[key])
        return functions[key]

    def _make_grouped(self, phase: str, step: Callable, run: Run) -> Callable:
        feed = run.feeds[phase]
        if phase == "predict":
            return CompiledPrediction(step, self.jit_compile, feed.batch_size)
        # Where XLA was not asked for, it is for what suits it.
        xla = "auto" if run.xla else self.jit_compile
        if feed.batch_size is not None:
            return JoinedLoop(
                step,
                feed.batch_size,
                feed.all_full,
                xla,
                jit_compile=self.jit_compile,
                joined=feed.joined,
                guard=self._state.guards.get(phase),
                preprocess=feed.preprocess,
            )
        guard = self._state.guards.get(phase)
        loop = CompiledLoop(
            step,
            xla,
            jit_compile=self.jit_compile,
            guard=guard,
            preprocess=feed.preprocess,
        )
        return lambda iterator: loop(iterator, self.steps_per_execution)

    def _build_early(self, data: PhaseData) -> None:
        """Does `_build_from` where it can be done; Keras builds in the first step."""
        if self.run_eagerly or self._is_all_built():
            return
        try:
            self._build_from(data)
        except Exception as error:
            # A model may take real data only. If it is the data's fault, the first
            # step says so.
            _logger.debug("The model is built in its first step: %s", error)

    def _build_from(self, data: PhaseData) -> None:
        """Makes weights, metrics and the optimizer's variables, before there is a step.

        TensorFlow keeps two functions, for as long as the process lives, for each
        variable that is made while a step is traced, and traces it once more.

        Args:
            data: What `fit` was given. Where a batch of it has to be drawn to know what
                it looks like, all is left to Keras.
        """
        spec = data.batch_spec
        leaves = tf.nest.flatten(spec)
        if spec is None or not all(isinstance(leaf, tf.TensorSpec) for leaf in leaves):
            return
        symbols = keras.tree.map_structure(
            lambda leaf: keras.KerasTensor(
                (None, *leaf.shape[1:]), keras.backend.standardize_dtype(leaf.dtype)
            ),
            spec,
        )
        with self.distribute_strategy.scope():
            self._symbolic_build(data_batch=symbols)

    def _fed(
        self, data: dict[str, PhaseData], callbacks: Any, epochs: int = 1
    ) -> dict[str, Fed] | None:
        """Returns how to hand the data over, `None` if single steps are to be taken."""
        chosen = self._state.steps_per_execution
        strategy = self._replicas_strategy()
        if strategy is not None:
            return self._fed_to_replicas(data, strategy, epochs)
        if self.run_eagerly:
            return None
        first = next(iter(data))
        batches = data[first].batches
        if chosen == "auto":
            if batches and batches * epochs < LOOP_PAYS_AFTER[first]:
                return None
            if isinstance(callbacks, keras.callbacks.CallbackList) or any(
                wants_every_batch(callbacks, phase) for phase in data
            ):
                return None
        group = None if chosen == "auto" else int(chosen)
        # A product for each example and parameter; its gradients take two more.
        parameters = self.count_params() if self.built else 0
        fed = {
            phase: part.fed(
                group,
                parameters * (6 if phase == "train" else 2),
                epochs if phase == "train" else 1,
            )
            for phase, part in data.items()
        }
        feed = fed[first].feed
        return fed if feed.steps * feed.joined > 1 else None

    def _told_of_groups(
        self,
        callbacks: Any,
        data: dict[str, PhaseData],
        feeds: dict[str, Feed],
        verbose: Any,
        epochs: int = 1,
        **options: Any,
    ) -> Any:
        """Returns the callbacks in a list that knows of groups, if those are ours."""
        callbacks = own_callbacks(callbacks, self._distribute_strategy)
        if self._state.steps_per_execution != "auto":
            return callbacks
        if isinstance(callbacks, keras.callbacks.CallbackList):
            return callbacks
        batches = {phase: part.batches for phase, part in data.items()}
        return GroupCallbacks(
            callbacks,
            batches,
            feeds,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=epochs,
            # Of what is asked for; validation within `fit` comes second.
            steps=next(iter(batches.values())),
            model=self,
            **options,
        )

    def _xla_pays(self, batches: int | None, epochs: int = 1) -> bool:
        """Returns whether there is enough to do, of a kind that suits XLA."""
        if self._state.jit_compile != "auto" or self.jit_compile:
            return False
        if batches is not None and batches * epochs < XLA_PAYS_AFTER:
            return False
        halves = ("bfloat16", "float16")
        return model_supports_jit(self) and not any(
            layer.compute_dtype in halves for layer in self._flatten_layers()
        )

    def _takes_one_by_one(self) -> bool:
        return self._state.steps_per_execution in ("auto", 1)

    def _running_singly(self) -> contextlib.AbstractContextManager[None]:
        """Leaves the steps to Keras' own function, for the time being."""
        chosen = self._state.steps_per_execution
        steps = 1 if chosen == "auto" else int(chosen)
        strategy = self._replicas_strategy()
        if strategy is None:
            return self._as(None, steps)
        # That function cannot reduce the logs of several workers.
        return self._as(Run(feeds=single_batches(), strategy=strategy), steps)

    @contextlib.contextmanager
    def _running(
        self,
        fed: dict[str, Fed],
        batches: int | None,
        epochs: int = 1,
    ) -> Iterator[dict[str, Feed]]:
        """Takes the steps of a call in programs."""
        feeds = {phase: part.feed for phase, part in fed.items()}
        strategy = self._replicas_strategy()
        xla = strategy is None and self._xla_pays(batches, epochs)
        run = Run(xla=xla, feeds=feeds, strategy=strategy)
        with self._as(run, next(iter(feeds.values())).steps):
            yield feeds

    @contextlib.contextmanager
    def _as(self, run: Run | None, steps: int) -> Iterator[None]:
        state = self._state
        # A callback may evaluate, or take a step, in the middle of `fit`, which goes on
        # with the functions that it has made.
        made = (self.train_function, self.test_function, self.predict_function)
        before: tuple[Run | None, int] = (state.run, self.steps_per_execution)
        state.run, self.steps_per_execution = run, steps
        try:
            with reporting_stopped_workers(self._distribute_strategy):
                yield
        finally:
            state.run, self.steps_per_execution = before
            if state.run is not None:
                self.train_function, self.test_function, self.predict_function = made

    @contextlib.contextmanager
    def _validating(self) -> Iterator[None]:
        """Within `fit`: counts as the validation data arrive, not as the others do."""
        run, before = self._state.run, self.steps_per_execution
        if run is not None:
            steps = run.feeds["test"].steps
            # Keras made it for the training data's.
            self._eval_epoch_iterator.steps_per_execution = steps
            self.steps_per_execution = steps
        try:
            yield
        finally:
            self.steps_per_execution = before


def _after(preprocess: Preprocess | None, step: Callable) -> Callable:
    if preprocess is None:
        return step
    return lambda batch: step(preprocess(*batch))
