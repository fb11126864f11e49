"""`fit`, `evaluate` and `predict` that take many steps in one program, as a mixin."""

import functools
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.checked_trainer import CheckedTrainer
from keras_mlp.training.execution import array_batches
from keras_mlp.training.phase_data import PhaseData
from keras_mlp.training.shape_checks import check_split


class LoopTrainer(CheckedTrainer):
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

    The batches of arrays, and of what `keras_mlp.data.load` returns, come joined: as
    one element for each program, which cuts them. The latter come as uint8 pixels, and
    are prepared inside the program. Those of other data sets are gathered.
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
            if self._state.check_inputs:
                check_split(data["train"].count, data["test"].count, validation_split)
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
        with self._checking(data, callbacks, class_weight) as callbacks:
            self._build_early(data["train"])
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
        with self._checking(data, callbacks) as callbacks:
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
        with self._checking(data, callbacks) as callbacks:
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

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Takes one training step: as `keras.Model.train_on_batch`."""
        self._check_batch("train", x, y, sample_weight, class_weight=class_weight)
        with self._running_singly():
            return super().train_on_batch(
                x, y, sample_weight, class_weight, return_dict
            )

    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Takes one step of an evaluation: as `keras.Model.test_on_batch`."""
        self._check_batch("test", x, y, sample_weight)
        with self._running_singly():
            return super().test_on_batch(x, y, sample_weight, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """Returns the outputs for one batch: as `keras.Model.predict_on_batch`."""
        self._check_batch("predict", x)
        with self._running_singly():
            return super().predict_on_batch(x)
