"""`fit`, `evaluate` and `predict` that take many steps in one program, as a mixin."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import model_supports_jit
from keras_mlp.training.compiled_loop import CompiledLoop
from keras_mlp.training.compiled_prediction import CompiledPrediction
from keras_mlp.training.execution import (
    DEFAULT_BATCH_SIZE,
    array_batches,
    count_batches,
    group_size,
    is_arrays,
    wants_every_batch,
)
from keras_mlp.training.group_callbacks import GroupCallbacks
from keras_mlp.training.loop_compiler import LoopCompiler
from keras_mlp.training.loop_state import Preprocess, Run

# Tracing the loop takes a fifth of a second, and saves two milliseconds a step: so many
# steps have to be taken before it pays. Models are evaluated time and again.
LOOP_PAYS_AFTER = {"train": 100, "test": 50, "predict": 2}

# The same for compiling it with XLA, which takes about a second.
XLA_PAYS_AFTER = 1000


class LoopTrainer(LoopCompiler):
    """Gives a Keras model a `fit` that takes many steps in one program.

    Starting the program of a single step takes longer than the step of a small network
    itself. `compile(steps_per_execution="auto")`, the default, takes up to 64 steps at
    a time: fewer where a step is large, and one by one where a callback does something
    at each batch or where there are so few steps that tracing the loop would take
    longer. The steps, their order and their results are those of single calls.

    With `jit_compile="auto"`, the default, the program is compiled by XLA where that
    pays: for at least 1,000 steps, batches of fewer than 1,024 examples, float32 or
    float64, and neither convolutions nor random numbers, which XLA draws differently. A
    number, `True`, `False` and `run_eagerly=True` mean what they mean in Keras.

    A data set with an attribute `deferred` is read from that data set instead, and
    the function that this one has as its attribute `preprocess` is applied to each
    batch inside the program: `keras_mlp.data.load` hands over pixels as uint8 so.
    """

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | None = None,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> Any:
        """Trains the model; arguments and result are those of `keras.Model.fit`."""
        if shuffle is None:
            # A data set shuffles by itself, and Keras warns where it is asked to.
            shuffle = not isinstance(x, tf.data.Dataset)
        fit = functools.partial(
            super().fit,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            validation_split=validation_split,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
        )
        # The validation part of arrays ends by itself; only a number of steps is to be
        # kept to.
        held_out = 0.0 if validation_data is not None else validation_split
        batches = {
            "train": count_batches(x, batch_size, steps_per_epoch, held_out),
            "test": validation_steps,
        }
        has_validation = bool(validation_split) or validation_data is not None
        phases = ("train", "test") if has_validation else ("train",)
        group = self._group(phases, batches["train"], x, batch_size, callbacks, epochs)
        if group is None:
            with self._running_singly():
                return fit(x, y, callbacks=callbacks, validation_data=validation_data)
        x, preprocess = _deferred(x)
        validation_data, validation_preprocess = _deferred(validation_data)
        run = Run(
            xla=self._xla_pays(batches["train"], epochs),
            preprocess={"train": preprocess, "test": validation_preprocess},
        )
        with self._running(run, group):
            callbacks = self._told_of_groups(
                callbacks, batches, verbose, epochs=epochs, add_history=True
            )
            return fit(x, y, callbacks=callbacks, validation_data=validation_data)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Returns loss and metrics, as `keras.Model.evaluate` does."""
        evaluate = functools.partial(
            super().evaluate,
            batch_size=batch_size,
            verbose=verbose,
            sample_weight=sample_weight,
            steps=steps,
            return_dict=return_dict,
            **kwargs,
        )
        if "_use_cached_eval_dataset" in kwargs:
            # For the validation of `fit`, in the run of `fit`.
            return evaluate(x, y, callbacks=callbacks)
        batches = {"test": count_batches(x, batch_size, steps)}
        group = self._group(("test",), batches["test"], x, batch_size, callbacks)
        if group is None:
            with self._running_singly():
                return evaluate(x, y, callbacks=callbacks)
        x, preprocess = _deferred(x)
        run = Run(xla=self._xla_pays(batches["test"]), preprocess={"test": preprocess})
        with self._running(run, group):
            callbacks = self._told_of_groups(callbacks, batches, verbose)
            return evaluate(x, y, callbacks=callbacks)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Returns the outputs for all inputs, as `keras.Model.predict` does."""
        batches = {"predict": count_batches(x, batch_size, steps)}
        group = self._group(("predict",), batches["predict"], x, batch_size, callbacks)
        if group is None:
            with self._running_singly():
                return super().predict(x, batch_size, verbose, steps, callbacks)
        x, preprocess = _deferred(x)
        run = Run(preprocess={"predict": preprocess})
        joined = 1
        automatic = self._state.steps_per_execution == "auto"
        if automatic and steps is None and is_arrays(x):
            # Arrays are cut into what a program takes, and there into batches.
            run = Run(batch_size=batch_size or DEFAULT_BATCH_SIZE)
            group, joined = 1, group
            batch_size = (batch_size or DEFAULT_BATCH_SIZE) * joined
            x = array_batches(x, batch_size)
            if isinstance(x, tf.data.Dataset):
                batch_size = None
        with self._running(run, group):
            callbacks = self._told_of_groups(callbacks, batches, verbose, joined=joined)
            return super().predict(x, batch_size, verbose, steps, callbacks)

    def train_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Takes one training step: as `keras.Model.train_on_batch`."""
        with self._running_singly():
            return super().train_on_batch(*args, **kwargs)

    def test_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Takes one step of an evaluation: as `keras.Model.test_on_batch`."""
        with self._running_singly():
            return super().test_on_batch(*args, **kwargs)

    def predict_on_batch(self, x: Any) -> Any:
        """Returns the outputs for one batch: as `keras.Model.predict_on_batch`."""
        with self._running_singly():
            return super().predict_on_batch(x)

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
        preprocess = run.preprocess.get(phase) if run else None
        key = run and (run.xla, run.batch_size, preprocess)
        if key not in functions:
            if run is None:
                # One step at a time is what Keras' own function is for.
                setattr(self, attribute, None)
                make_single()
                functions[key] = getattr(self, attribute)
            else:
                step = _after(preprocess, step)
                functions[key] = (
                    CompiledPrediction(step, self.jit_compile, run.batch_size)
                    if phase == "predict"
                    else self._loop(step, run.xla)
                )
        setattr(self, attribute, functions[key])
        return functions[key]

    def _loop(self, step: Callable, xla: bool) -> Callable:
        # Where XLA was not asked for, it is for what suits it.
        loop = CompiledLoop(
            step, xla="auto" if xla else self.jit_compile, jit_compile=self.jit_compile
        )
        return lambda iterator: loop(iterator, self.steps_per_execution)

    def _group(
        self,
        phases: tuple[str, ...],
        batches: int | None,
        x: Any,
        batch_size: int | None,
        callbacks: Any,
        epochs: int = 1,
    ) -> int | None:
        """Returns how many steps to take at a time, `None` where Keras is to do it."""
        chosen = self._state.steps_per_execution
        if (
            self.run_eagerly
            or self._distribute_strategy is not None
            or tf.distribute.has_strategy()
        ):
            return None
        if chosen == "auto":
            if batches and batches * epochs < LOOP_PAYS_AFTER[phases[0]]:
                return None
            if isinstance(callbacks, keras.callbacks.CallbackList) or any(
                wants_every_batch(callbacks, phase) for phase in phases
            ):
                return None
            # A product for each example and parameter; its gradients take two more.
            parameters = self.count_params() if self.built else 0
            operations = parameters * (6 if "train" in phases else 2)
            group = group_size(batches, x, batch_size, operations)
        else:
            group = int(chosen)
        return group if group > 1 else None

    def _told_of_groups(
        self,
        callbacks: Any,
        batches: dict[str, int | None],
        verbose: Any,
        epochs: int = 1,
        **options: Any,
    ) -> Any:
        """Returns the callbacks in a list that knows of groups, if those are ours."""
        if self._state.steps_per_execution != "auto":
            return callbacks
        return GroupCallbacks(
            callbacks,
            batches,
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

    def _running_singly(self) -> contextlib.AbstractContextManager[None]:
        """Leaves the steps to Keras' own function, for the time being."""
        chosen = self._state.steps_per_execution
        return self._running(None, 1 if chosen == "auto" else int(chosen))

    @contextlib.contextmanager
    def _running(self, run: Run | None, group: int) -> Iterator[None]:
        state = self._state
        # A callback may evaluate, or take a step, in the middle of `fit`, which goes on
        # with the functions that it has made.
        made = (self.train_function, self.test_function, self.predict_function)
        before: tuple[Run | None, int] = (state.run, self.steps_per_execution)
        state.run, self.steps_per_execution = run, group
        try:
            yield
        finally:
            state.run, self.steps_per_execution = before
            if state.run is not None:
                self.train_function, self.test_function, self.predict_function = made


def _deferred(x: Any) -> tuple[Any, Preprocess | None]:
    """Returns the data set to read in place of this one, and what it still needs."""
    if isinstance(x, tf.data.Dataset) and hasattr(x, "deferred"):
        return x.deferred, x.preprocess
    return x, None


def _after(preprocess: Preprocess | None, step: Callable) -> Callable:
    if preprocess is None:
        return step
    return lambda batch: step(preprocess(*batch))
