"""A program that trains for several epochs, with the validation of each."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.execution.programs.compiled_program import CompiledProgram
from keras_mlp.training.execution.programs.step_program import steps_in_graph
from keras_mlp.training.execution.programs.traced_step import TracedStep
from keras_mlp.training.feeding.parts import Chosen
from keras_mlp.training.state import put_back, raw


class EpochsProgram:
    """Trains for several epochs, with the validation of each, in one program.

    Args:
        model: The model, whose metrics count anew in each epoch.
        train: The training step.
        test: The step of the validation, `None` without one.
        tested: For each part of the validation, what returns a batch of it, and the
            number of its batches.
        variables: What is recorded after each epoch.
        xla: Whether the program is compiled by XLA.
        may_fall_back: Whether TensorFlow's executor takes over where it cannot.
    """

    def __init__(
        self,
        model: keras.Model,
        train: TracedStep,
        test: TracedStep | None,
        tested: Sequence[tuple[Callable[[Any, Any], Any], int]],
        variables: Sequence[Any],
        xla: bool,
        may_fall_back: bool,
    ) -> None:
        self._model = model
        self._train = train
        self._test = test
        self._tested = tested
        self._variables = variables
        self._program = CompiledProgram(self._epochs, xla, may_fall_back)
        ids = {id(raw(weight)) for weight in model.weights}
        weights = [place for place, each in enumerate(variables) if id(each) in ids]
        # As one program, in a tenth of the time of one assignment after the other.
        self._show = {
            "state": _Assignment(variables, range(len(variables))),
            "weights": _Assignment(variables, weights),
        }

    def __call__(
        self, data: Any, orders: Sequence[Any], validation: Sequence[Any], count: int
    ) -> tuple[int, Any, Any, list[Any]]:
        """Trains for the first `count` epochs, or until a loss is not finite.

        Args:
            data: The rows of all examples.
            orders: Numbers of rows: those of full batches, `(epochs, batches, rows)`,
                and of a last one that is not full, if there is one.
            validation: What holds the batches of each part of the validation.
            count: Number of epochs.

        Returns:
            The number of epochs with finite losses, and for each what its last step,
            and that of its validation, returned, and the values of the variables, along
            a first axis.
        """
        finite, logs, tested, states = self._program(
            data, list(orders), list(validation), tf.constant(count)
        )
        return int(finite), logs, tested, states

    def put_back(self, states: list[Any], epoch: int) -> None:
        """Gives the variables the values that they had after an epoch.

        One after the other: a training needs it once, which pays for no program.

        Args:
            states: What a call has returned last: their values after each epoch.
            epoch: Which of these epochs.
        """
        values = [each[epoch] for each in states]
        put_back(list(zip(self._variables, values, strict=True)))

    def show(self, what: str, states: list[Any], epoch: int) -> None:
        """Gives variables these values in one program, for who asks after each epoch.

        Args:
            what: Which variables: `"weights"`, or `"state"` for all.
            states: As above.
            epoch: As above.
        """
        self._show[what](states, epoch)

    def _epochs(self, data: Any, orders: list[Any], held: list[Any], count: Any) -> Any:
        most = orders[0].shape[0]
        nothing = (
            self._train.nothing(),
            {} if self._test is None else self._test.nothing(),
            [variable.read_value() for variable in self._variables],
        )
        arrays = [
            tf.TensorArray(leaf.dtype, most, element_shape=leaf.shape)
            for leaf in tf.nest.flatten(nothing)
        ]

        def take(epoch: Any, finite: Any, arrays: Any) -> Any:
            logs, is_finite = self._train_for_one(data, orders, epoch)
            tested: Any = {}
            if self._test is not None:
                tested, tested_finite = self._validate(held)
                is_finite = tf.logical_and(is_finite, tested_finite)
            state = [variable.read_value() for variable in self._variables]
            written = [
                array.write(epoch, leaf)
                for array, leaf in zip(
                    arrays, tf.nest.flatten((logs, tested, state)), strict=True
                )
            ]
            return epoch + 1, finite + tf.cast(is_finite, tf.int32), written

        _, finite, arrays = tf.while_loop(
            # The first epoch that is not finite is the last one.
            lambda epoch, finite, _: tf.logical_and(epoch < count, finite == epoch),
            take,
            (tf.constant(0), tf.constant(0), arrays),
            parallel_iterations=1,
        )
        stacks = [array.stack() for array in arrays]
        return finite, *tf.nest.pack_sequence_as(nothing, stacks)

    def _train_for_one(self, data: Any, orders: list[Any], epoch: Any) -> Any:
        self._model.reset_metrics()
        is_finite = tf.constant(True)
        logs: Any = None
        for order in orders:
            chosen = order[epoch]
            logs, _ = steps_in_graph(
                self._train,
                Chosen.batch_at,
                (data, chosen),
                tf.constant(chosen.shape[0]),
                self._train.has_loss,
            )
            is_finite = tf.logical_and(is_finite, _is_finite(logs))
        return logs, is_finite

    def _validate(self, held: list[Any]) -> Any:
        assert self._test is not None
        self._model.reset_metrics()
        is_finite = tf.constant(True)
        logs: Any = None
        for (batch_at, steps), batches in zip(self._tested, held, strict=True):
            logs, _ = steps_in_graph(
                self._test, batch_at, batches, tf.constant(steps), False
            )
            is_finite = tf.logical_and(is_finite, _is_finite(logs))
        return logs, is_finite


class _Assignment:
    """Gives variables the values of an epoch, in one program.

    Args:
        variables: All that are recorded.
        chosen: The places of those that are assigned.
    """

    def __init__(self, variables: Sequence[Any], chosen: Sequence[int]) -> None:
        self._variables = [variables[place] for place in chosen]
        self._chosen = chosen
        self._program = CompiledProgram(self._assign, xla=False, may_fall_back=False)

    def __call__(self, states: list[Any], epoch: int) -> None:
        values = [states[place] for place in self._chosen]
        self._program(values, tf.constant(epoch))

    def _assign(self, states: list[Any], epoch: Any) -> None:
        for variable, values in zip(self._variables, states, strict=True):
            variable.assign(values[epoch])


def _is_finite(logs: Any) -> Any:
    if not isinstance(logs, dict) or "loss" not in logs:
        return tf.constant(True)
    return tf.reduce_all(tf.math.is_finite(logs["loss"]))
