"""Epochs that are trained ahead, in one program, and are told of one by one."""

import sys
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.execution.outputs import as_floats
from keras_mlp.training.execution.programs.epochs_program import EpochsProgram
from keras_mlp.training.feeding.parts import Chosen, Joined, Single, Stacked
from keras_mlp.training.feeding.resident_feed import ResidentFeed
from keras_mlp.training.planning.listening import read_after_epochs
from keras_mlp.training.prepare import Prepared
from keras_mlp.training.remembering.memory import memory_of
from keras_mlp.training.state import TrainingState, raw


class EpochsAhead:
    """Trains for several epochs in one program, and hands them out one by one.

    After each epoch the program records what training changes. So callbacks that keep
    weights find those of the epoch that they are told of, and a training that is
    stopped, or an epoch whose loss is not finite, begins from the right state: that
    epoch is then taken step by step, as any other, and its error is the usual one.

    Args:
        model: The model.
        train: What takes the steps of its training.
        validation: What takes those of its validation, if there is one.
        callbacks: The callbacks, which hear of each epoch.
    """

    def __init__(
        self,
        model: keras.Model,
        train: Prepared,
        validation: Prepared | None,
        callbacks: keras.callbacks.CallbackList,
    ) -> None:
        self._model = model
        self._train = train
        self._validation = validation
        self._callbacks = callbacks
        assert isinstance(train.feed, ResidentFeed)
        self._feed = train.feed
        self._turns = memory_of(model).turns
        self._state = TrainingState(model)
        # What callbacks may read of the model after each epoch.
        self._read = read_after_epochs(train.call.callbacks)
        # The parts of the validation, the same after each epoch.
        self._tested: list[Single | Stacked | Chosen] = []
        # Of the epochs that are not handed out yet, and of all that were recorded with
        # them: logs, and the values of the variables.
        self._recorded: list[tuple[dict, dict]] = []
        self._program: EpochsProgram | None = None
        self._states: list[tf.Tensor] = []
        self._count = 0
        self._is_over = False

    def take(self, epoch: int) -> dict[str, Any] | None:
        """Returns the logs of the next epoch, once the callbacks have heard of it.

        Args:
            epoch: Its number, from 0 on.

        Returns:
            The logs, or `None` where the epoch is to be taken step by step.
        """
        if not self._recorded and not self._is_over:
            with self._turns.of(self._train.turn):
                self._train_ahead(self._train.call.epochs - epoch)
        if not self._recorded:
            return None
        self._callbacks.on_epoch_begin(epoch)
        logs, tested = self._recorded.pop(0)
        self._feed.drop()
        if self._is_over and not self._recorded:
            # After it the program began an epoch whose loss is not finite.
            self._put_back()
        elif self._read != "nothing":
            self._put_back(self._read)
        steps = self._train.plan.steps or 1
        self._callbacks.on_train_batch_begin(0)
        self._callbacks.on_train_batch_end(steps - 1, logs)
        if self._validation is not None:
            self._callbacks.on_test_begin()
            self._callbacks.on_test_batch_begin(0)
            batches = sum(part.steps for part in self._tested)
            self._callbacks.on_test_batch_end(batches - 1, tested)
            self._callbacks.on_test_end(tested)
        return logs | {f"val_{name}": value for name, value in tested.items()}

    def stop(self) -> None:
        """Gives the model the state of the last epoch that was handed out."""
        if self._recorded:
            self._put_back()
            self._recorded = []
        self._feed.back()

    def _put_back(self, what: str | None = None) -> None:
        """Gives the model the state of the last epoch that was handed out, or parts."""
        assert self._program is not None
        index = self._count - len(self._recorded) - 1
        with self._turns.of(self._train.turn):
            if what is None:
                self._program.put_back(self._states, index)
            else:
                self._program.show(what, self._states, index)

    def _train_ahead(self, epochs: int) -> None:
        plan = self._train.plan
        before = self._state.take()
        count = min(epochs, plan.epochs_ahead)
        if self._validation is not None and not self._tested:
            feed = self._validation.feed
            for _ in feed.epoch():
                for part in feed.parts(sys.maxsize):
                    assert not isinstance(part, Joined)
                    self._tested.append(part)
        # Places of epochs that are not taken hold what is there.
        missing = [(0, plan.epochs_ahead - count)]
        orders = [
            np.pad(order, missing + [(0, 0)] * (order.ndim - 1), mode="edge")
            for order in self._feed.ahead(count)
        ]
        data = self._feed.data
        held = [part.held for part in self._tested]
        try:
            if self._program is None:
                self._program = self._make_program((data, orders, held))
            finite, *figures, self._states = self._program(data, orders, held, count)
        except tf.errors.OpError:
            # The usual steps say what is wrong.
            finite = 0
        if finite < count:
            self._is_over = True
        if not finite:
            self._state.put_back(before)
            return
        logs, tested = tf.nest.map_structure(lambda leaf: leaf.numpy(), figures)
        self._count = finite
        self._recorded = [
            (_floats_at(logs, i), _floats_at(tested, i)) for i in range(finite)
        ]

    def _make_program(self, arguments: Any) -> EpochsProgram:
        """Returns the program for arguments of these shapes."""
        plan, step = self._train.plan, self._train.step
        test = None if self._validation is None else self._validation.step
        assert step is not None
        traced = [each.traced for each in (step, test) if each is not None]
        assert traced  # Tracing makes the variables that are missing.
        variables = [raw(each) for each, _ in self._state.take()]
        tested = [(part.batch_at, part.steps) for part in self._tested]
        shapes = [(leaf.shape, leaf.dtype) for leaf in tf.nest.flatten(arguments)]
        options = (plan.compiler == "XLA", plan.may_fall_back)
        key = (step, test, repr((tested, shapes)), tuple(map(id, variables)))
        return memory_of(self._model).program(
            ("train", EpochsProgram, *key, *options),
            lambda: EpochsProgram(self._model, step, test, tested, variables, *options),
        )


def _floats_at(logs: Any, epoch: int) -> dict[str, Any]:
    return as_floats(tf.nest.map_structure(lambda leaf: leaf[epoch], logs))
