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
from keras_mlp.training.execution import array_batches, wants_every_batch
from keras_mlp.training.feed import Feed, Preprocess
from keras_mlp.training.group_callbacks import GroupCallbacks
from keras_mlp.training.joined_loop import JoinedLoop
from keras_mlp.training.loop_compiler import LoopCompiler
from keras_mlp.training.loop_state import Run
from keras_mlp.training.phase_data import Fed, PhaseData

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
        train = PhaseData(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            steps=steps_per_epoch,
            shuffle=shuffle,
        )
        val_batch_size = validation_batch_size or batch_size
        data = {"train": train}
        if validation_data is not None:
            x_y_weight = keras.utils.unpack_x_y_sample_weight(validation_data)
            data["test"] = PhaseData(
                *x_y_weight, batch_size=val_batch_size, steps=validation_steps
            )
        elif validation_split:
            data["train"], data["test"] = train.split(
                validation_split, val_batch_size, validation_steps
            )
        fit = functools.partial(
            super().fit,
            epochs=epochs,
            verbose=verbose,
            validation_split=validation_split,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
        )
        fed = self._fed(data, callbacks, epochs)
        if fed is None:
            if self._takes_one_by_one():
                x, steps_per_epoch = train.one_by_one(epochs)
            with self._running_singly():
                return fit(
                    x,
                    y,
                    batch_size,
                    callbacks=callbacks,
                    validation_data=validation_data,
                    validation_batch_size=validation_batch_size,
                    steps_per_epoch=steps_per_epoch,
                )
        if "test" in fed:
            val_batch_size = fed["test"].batch_size
            if isinstance(fed["test"].x, tf.data.Dataset):
                validation_data = fed["test"].x
        with self._running(fed, data["train"].batches, epochs) as feeds:
            callbacks = self._told_of_groups(
                callbacks, data, feeds, verbose, epochs=epochs, add_history=True
            )
            return fit(
                fed["train"].x,
                y,
                fed["train"].batch_size,
                callbacks=callbacks,
                validation_data=validation_data,
                validation_batch_size=val_batch_size,
                steps_per_epoch=fed["train"].steps,
            )

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
            verbose=verbose,
            sample_weight=sample_weight,
            steps=steps,
            return_dict=return_dict,
            **kwargs,
        )
        if "_use_cached_eval_dataset" in kwargs:
            # For the validation of `fit`, in the run of `fit`.
            with self._validating():
                return evaluate(x, y, batch_size, callbacks=callbacks)
        data = {
            "test": PhaseData(x, y, sample_weight, batch_size=batch_size, steps=steps)
        }
        fed = self._fed(data, callbacks)
        if fed is None:
            with self._running_singly():
                return evaluate(x, y, batch_size, callbacks=callbacks)
        x, batch_size = fed["test"].x, fed["test"].batch_size
        with self._running(fed, data["test"].batches) as feeds:
            callbacks = self._told_of_groups(callbacks, data, feeds, verbose)
            return evaluate(x, y, batch_size, callbacks=callbacks)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Returns the outputs for all inputs, as `keras.Model.predict` does."""
        data = {"predict": PhaseData(x, batch_size=batch_size, steps=steps)}
        fed = self._fed(data, callbacks)
        if fed is None:
            with self._running_singly():
                return super().predict(x, batch_size, verbose, steps, callbacks)
        x, batch_size, _, feed = fed["predict"]
        if feed.joined > 1 and batch_size is not None:
            x = array_batches(x, batch_size)
            if isinstance(x, tf.data.Dataset):
                batch_size = None
        with self._running(fed, None) as feeds:
            callbacks = self._told_of_groups(callbacks, data, feeds, verbose)
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
        key: Any = None
        if run is not None:
            feed = run.feeds[phase]
            key = (run.xla, feed.batch_size, feed.all_full, feed.preprocess)
        if key not in functions:
            if run is None:
                # One step at a time is what Keras' own function is for.
                setattr(self, attribute, None)
                make_single()
                functions[key] = getattr(self, attribute)
            else:
                functions[key] = self._make_grouped(phase, step, run)
        setattr(self, attribute, functions[key])
        return functions[key]

    def _make_grouped(self, phase: str, step: Callable, run: Run) -> Callable:
        feed = run.feeds[phase]
        step = _after(feed.preprocess, step)
        if phase == "predict":
            return CompiledPrediction(step, self.jit_compile, feed.batch_size)
        # Where XLA was not asked for, it is for what suits it.
        xla = "auto" if run.xla else self.jit_compile
        if feed.batch_size is not None:
            return JoinedLoop(
                step, feed.batch_size, feed.all_full, xla, jit_compile=self.jit_compile
            )
        loop = CompiledLoop(step, xla, jit_compile=self.jit_compile)
        return lambda iterator: loop(iterator, self.steps_per_execution)

    def _fed(
        self, data: dict[str, PhaseData], callbacks: Any, epochs: int = 1
    ) -> dict[str, Fed] | None:
        """Returns how to hand the data over, `None` if single steps are to be taken."""
        chosen = self._state.steps_per_execution
        if self.run_eagerly or self._is_distributed():
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
        if self._state.steps_per_execution != "auto":
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

    def _is_distributed(self) -> bool:
        return self._distribute_strategy is not None or tf.distribute.has_strategy()

    def _takes_one_by_one(self) -> bool:
        single = self._state.steps_per_execution in ("auto", 1)
        return single and not self._is_distributed()

    def _running_singly(self) -> contextlib.AbstractContextManager[None]:
        """Leaves the steps to Keras' own function, for the time being."""
        chosen = self._state.steps_per_execution
        return self._as(None, 1 if chosen == "auto" else int(chosen))

    @contextlib.contextmanager
    def _running(
        self,
        fed: dict[str, Fed],
        batches: int | None,
        epochs: int = 1,
    ) -> Iterator[dict[str, Feed]]:
        """Takes the steps of a call in programs."""
        feeds = {phase: part.feed for phase, part in fed.items()}
        run = Run(xla=self._xla_pays(batches, epochs), feeds=feeds)
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
