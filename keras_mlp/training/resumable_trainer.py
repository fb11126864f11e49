"""`fit` that goes on where it was stopped, as a mixin."""

import functools
import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import TFEpochIterator
from keras_mlp.training.call import Call, Start
from keras_mlp.training.errors import StartError
from keras_mlp.training.execution import count_batches
from keras_mlp.training.feed import Feed
from keras_mlp.training.loop_trainer import LoopTrainer
from keras_mlp.training.phase_data import PhaseData
from keras_mlp.training.worker_group import WorkerGroup


class ResumableTrainer(LoopTrainer):
    """Gives a Keras model a `fit` that heeds `keras_mlp.callbacks.ExactResume`.

    The callback saves and restores the state. What is done here is what a callback
    cannot do: `fit` begins with the epoch of the saved state, and in that epoch with
    the batch that was next. Callbacks hear of the batches that are left, by their true
    numbers, and all programs are those of a run that was not stopped.
    """

    @functools.wraps(LoopTrainer.fit)
    def fit(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Trains the model; arguments and result are those of `keras.Model.fit`."""
        bound = inspect.signature(LoopTrainer.fit).bind(self, *args, **kwargs)
        bound.apply_defaults()
        arguments = {k: v for k, v in bound.arguments.items() if k != "self"}
        resume, callbacks = _with_resume_last(arguments["callbacks"])
        if resume is None:
            return super().fit(**arguments)
        x, epochs = arguments["x"], arguments["epochs"]
        call = Call(
            x,
            arguments["validation_data"],
            epochs,
            count_batches(x, arguments["batch_size"], arguments["steps_per_epoch"]),
            whole_epochs=not (
                arguments["steps_per_epoch"] or keras.config.max_steps_per_epoch()
            ),
        )
        arguments["callbacks"] = callbacks
        each = getattr(callbacks, "callbacks", callbacks)
        workers = WorkerGroup(self._distribute_strategy)
        with resume.session(call, each, workers) as start:
            # The state needs a place.
            data = (arguments[name] for name in ("x", "y", "sample_weight"))
            self._build_from(PhaseData(*data))
            if start != Start():
                arguments["initial_epoch"] = start.epoch
                self.__dict__["_resumption"] = _Resumption(
                    start, x, arguments["class_weight"]
                )
            try:
                return super().fit(**arguments)
            finally:
                self.__dict__.pop("_resumption", None)

    def _maybe_symbolic_build(
        self, iterator: Any = None, data_batch: Any = None
    ) -> None:
        super()._maybe_symbolic_build(iterator=iterator, data_batch=data_batch)
        resumption = self.__dict__.get("_resumption")
        if resumption is not None and not resumption.is_set:
            # `fit` calls this for its own data before it begins.
            run = self._state.run
            feed = Feed() if run is None else run.feeds["train"]
            resumption.set(iterator, feed, self.distribute_strategy)
            if "train" in self._state.guards:
                self._state.guards["train"].left_out = resumption.steps

    def _get_metrics_result_or_logs(self, logs: Any) -> Any:
        resumption = self.__dict__.get("_resumption")
        if resumption is not None and not logs:
            # No step was left to be taken in the epoch.
            logs = resumption.logs
        return super()._get_metrics_result_or_logs(logs)


class _Resumption:
    """Has the first epoch begin in its middle.

    Args:
        start: Where it begins.
        x: What `fit` was given.
        class_weight: As for `keras.Model.fit`.
    """

    def __init__(self, start: Start, x: Any, class_weight: Any) -> None:
        self.is_set = False
        # Where nothing is left of an epoch, it has had its data.
        self.steps = start.step or int(start.trained)
        self.logs = start.logs
        self._start = start
        self._x = x
        self._class_weight = class_weight

    def set(self, iterator: Any, feed: Feed, strategy: tf.distribute.Strategy) -> None:
        """Has the next epoch of Keras' iterator be what is left.

        Args:
            iterator: What goes through an epoch for `fit`.
            feed: How the batches arrive.
            strategy: Where they go to.
        """
        self.is_set = True
        start, steps = self._start, iterator.steps_per_execution
        if start.trained:
            rest: Any = ()
        elif start.step:
            if start.step % (steps * feed.joined):
                raise StartError(
                    "The groups of steps must end where the saved state was taken. "
                    f"Received: groups of {steps * feed.joined} steps, and a state "
                    f"after {start.step}. Resume with the callbacks and the "
                    "`steps_per_execution` of before."
                )
            deferred = feed.preprocess is not None
            rest = TFEpochIterator(
                x=self._x.rest(start.step, batches=feed.joined, deferred=deferred),
                class_weight=self._class_weight,
                distribute_strategy=strategy,
                steps_per_execution=steps,
            )
        else:
            return
        enumerate_all = iterator._enumerate_iterator

        def enumerate_rest() -> Iterator[Any]:
            del iterator._enumerate_iterator
            if not rest:
                return
            batches = iter(rest._get_iterator())
            groups = start.step // (steps * feed.joined)
            for begin, end, _ in itertools.islice(enumerate_all(), groups, None):
                yield begin, end, batches

        iterator._enumerate_iterator = enumerate_rest


def _with_resume_last(callbacks: Any) -> tuple[Any, Any]:
    """Returns the callback, and all of them with it at the end: it hears last."""
    listed = isinstance(callbacks, keras.callbacks.CallbackList)
    each = callbacks.callbacks if listed else keras.tree.flatten(callbacks or [])
    resumes = [callback for callback in each if hasattr(callback, "session")]
    if not resumes:
        return None, callbacks
    if len(resumes) > 1:
        raise ValueError(
            "Argument `callbacks` must hold one `ExactResume` at most. "
            f"Received: {len(resumes)}. Pass one of them."
        )
    [resume] = resumes
    ordered = [*(callback for callback in each if callback is not resume), resume]
    if not listed:
        return resume, ordered
    callbacks.callbacks = ordered
    return resume, callbacks
