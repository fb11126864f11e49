"""What watches the steps of a run: their data, their loss."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.batch_report import BatchReport
from keras_mlp.training.errors import DivergedError, InputError
from keras_mlp.training.execution import MOST_BYTES, MOST_STEPS
from keras_mlp.training.feed import Feed, Preprocess
from keras_mlp.training.target_rule import TargetRule

# As long as steps can be taken again, this many come between two copies of a model, or
# steps on so many bytes of data: two groups of steps in one program. A copy takes as
# long as one step or less.
_MOST_STEPS = 2 * MOST_STEPS
_MOST_BYTES = 2 * MOST_BYTES

# Begins the message of a step that takes itself back.
_REFUSED = "keras_mlp: the loss is not finite"


class StepGuard:
    """Stops a run at data that cannot be right, and where it diverges.

    What happens to a step whose loss is not finite depends on who runs it. TensorFlow's
    executor refuses it, before the optimizer has changed a weight, if the step asks
    for that with `before_update`. XLA has no such operation, several replicas had to
    agree first, and a step of the caller's own need not ask: there the guard copies now
    and then what training changes. It puts the copy back, and takes the steps since
    then again, but for the last.

    Args:
        model: The model.
        phase: `"train"`, `"test"` or `"predict"`.
        target: What the model's loss takes as targets.
        reads: Whether batches are looked at: those of arrays need not be, the arrays
            are.
        stops: Whether to stop where the loss is not finite.
    """

    def __init__(
        self,
        model: keras.Model,
        phase: str,
        target: TargetRule,
        reads: bool,
        stops: bool,
    ) -> None:
        self.phase = phase
        self.reads = reads
        self.stops = stops
        # Guards of the same key do the same.
        self.key = (phase, target, reads, stops)
        self.epoch = 0
        self.batches = 0
        # Of the next epoch: a run that is resumed has taken them before.
        self.left_out = 0
        # Whether nobody changes the model between steps: they could be taken again.
        self.repeats = False
        self._model = model
        self._report = BatchReport(phase, target, reads)
        # All that training changes, Keras' variables and TensorFlow's; their values
        # when the epoch began.
        self._variables: list[tuple[Any, Any]] = []
        self._kept: _Snapshot = []
        # The same, since when steps may have been taken; and these, with their data.
        self._copy: _Snapshot = []
        self._since: list[tuple[Callable[[Any], Any], int]] = []
        self._bytes = 0
        self._first = 0
        # Whether steps refuse what is not finite; they count the updates of an epoch.
        self._refuses = False
        self._updates = (
            tf.Variable(0, dtype=tf.int64, trainable=False) if stops else None
        )

    def begin(self, epoch: int = 0) -> None:
        """Begins an epoch.

        Args:
            epoch: Its number, from 0 on.
        """
        self.epoch, self.batches, self._first = epoch, self.left_out, self.left_out
        self.left_out = 0
        self.end()
        self._report.begin(self._first)
        if self._updates is not None:
            self._updates.assign(0)
        if self.stops:
            self._kept = self._snapshot()

    def end(self) -> None:
        """Ends the run: lets go of what was kept for it."""
        self._variables, self._kept, self._copy = [], [], []
        self._since, self._bytes = [], 0

    def look_at(
        self, batch: Any, preprocess: Preprocess | None = None, size: int | None = None
    ) -> None:
        """Raises an error if a batch holds what cannot be right.

        Args:
            batch: A batch, or several whose rows are joined.
            preprocess: What makes a batch of it, if anything does.
            size: Examples in a batch, where there are several.

        Raises:
            InputError: It says which batch, and which example of the epoch.
        """
        if self.reads:
            self._report.look_at(batch, self.batches, preprocess, size)

    def look_at_stacks(
        self, stacks: Any, count: int, preprocess: Preprocess | None, right: bool
    ) -> None:
        """Raises an error if stacked batches hold what cannot be right.

        Args:
            stacks: Batches of one size, stacked along a first axis.
            count: How many of them there are. Places after them hold zeros.
            preprocess: What makes a batch of one, if anything does.
            right: Whether `are_right` has found nothing in them.

        Raises:
            InputError: As `look_at` does.
        """
        if self.reads:
            self._report.look_at_stacks(stacks, count, self.batches, preprocess, right)

    def are_right(self, stacks: Any, preprocess: Preprocess | None, total: Any) -> Any:
        """Returns symbolically whether stacked batches hold nothing that is wrong.

        Args:
            stacks: Batches of one size, stacked along a first axis.
            preprocess: What makes a batch of one, if anything does.
            total: What `sum_of_numbers` returns for them.
        """
        return self._report.are_right(stacks, preprocess, total)

    def look_at_each(self, function: Callable, feed: Feed) -> Callable:
        """Returns a function that predicts for batches, and looks at them first.

        Args:
            function: A function of several batches.
            feed: How they arrive.
        """

        def guarded(batches: Sequence[Any]) -> Any:
            for batch in batches:
                self.look_at(batch, feed.preprocess, feed.batch_size)
                self.batches += feed.joined
            return function(batches)

        return guarded

    def reporting(self, step: Callable) -> Callable:
        """Returns a step that refuses a batch that cannot be right.

        Args:
            step: Function of a batch, such as `model.train_step`.
        """
        if not self.reads:
            return step

        def reporting(batch: Any) -> Any:
            if not tf.inside_function():
                self.look_at(batch)
                return step(batch)
            # Labels out of range make some operations fail: the report comes first.
            with tf.control_dependencies([self._report.note(batch)]):
                return step(batch)

        return reporting

    def before_update(self, loss: Any) -> contextlib.AbstractContextManager[Any]:
        """Returns a context in which nothing happens where a loss is not finite.

        Args:
            loss: The loss of a batch, a tensor.
        """
        model = self._model
        if not self.stops or model.jit_compile or tf.distribute.has_strategy():
            # XLA leaves the operation out. A replica that refuses would leave the
            # others waiting.
            return contextlib.nullcontext()
        if not model.optimizer.built:
            # What this update makes cannot wait for an operation. TensorFlow traces
            # once more after it.
            return contextlib.nullcontext()
        assert self._updates is not None
        self._refuses = True
        # `tf.debugging.Assert` would make two functions of it.
        refusal = tf.raw_ops.Assert(
            condition=tf.math.is_finite(loss), data=[_REFUSED, loss]
        )
        # Executed eagerly it is no operation, and has raised its error.
        inside = tf.inside_function()
        with tf.control_dependencies([refusal] if inside else []):
            counted = self._updates.assign_add(1, read_value=False)
        return tf.control_dependencies([counted] if inside else [])

    def take(
        self,
        run: Callable[[Any], tuple[Any, Any]],
        count: int,
        data: Any = None,
        xla: bool = False,
    ) -> Any:
        """Takes steps, and returns what the last one returned.

        Args:
            run: Takes so many steps; returns the logs, and how many were taken until
                the loss was not finite.
            count: The number of steps.
            data: What `run` takes them on, a structure of tensors. Defaults to `None`:
                it cannot take them again.
            xla: Whether XLA takes them. Defaults to `False`.

        Raises:
            DivergedError: If the loss is not finite. The model then is what it was
                before that step.
            InputError: If the steps have reported what cannot be right. The model then
                is what it was before.
        """
        xla = xla or self._model.jit_compile
        watched = self.stops or (self.reads and xla)
        copies = watched and self.phase == "train" and (xla or not self._refuses)
        if copies:
            self._copy_for(count, data)
        else:
            # Nobody would take this step again.
            self._copy = []
        try:
            logs, taken = run(count)
        except tf.errors.OpError as error:
            self._report.check()
            if _REFUSED not in str(error):
                raise
            assert self._updates is not None
            taken = self._first + int(self._updates) + 1 - self.batches
            received = str(error).split(_REFUSED, 1)[1].strip("] [").split("]", 1)[0]
        else:
            if xla:
                try:
                    self._report.check()
                except InputError:
                    self._go_back()
                    raise
            loss = logs.get("loss") if self.stops and isinstance(logs, dict) else None
            if loss is None or np.all(np.isfinite(loss)):
                self.batches += count
                if copies:
                    self._since.append((run, count))
                return logs
            taken, received = int(taken), str(float(loss))
            if copies:
                self._go_back()
                if taken > 1:
                    run(taken - 1)
        step = self.batches + taken
        raise DivergedError(
            f"The loss is not finite in epoch {self.epoch + 1} at step {step}, though "
            f"the data are. Received: loss={received}. Most often the learning rate is "
            "too large: make it ten times smaller, or clip gradients with "
            "`clipnorm=1.0` in the optimizer; standardise features and targets that "
            "are large; use a loss with `from_logits=True` in place of one on "
            f"probabilities. The model has the weights {self._finite_weights()}.",
            self.epoch + 1,
            step,
        )

    def around(self, function: Callable) -> Callable:
        """Returns what Keras calls for each step or group of steps, guarded.

        Args:
            function: The function of an iterator that Keras has made.
        """

        def guarded(iterator: Any) -> Any:
            # Keras does not say how many of its steps had a finite loss.
            steps = self._model.steps_per_execution
            return self.take(lambda _: (function(iterator), 1), steps)

        return guarded

    def _copy_for(self, count: int, data: Any) -> None:
        """Makes a copy, unless steps can be taken again since the last one."""
        size = sum(
            leaf.shape.num_elements() * leaf.dtype.size
            for leaf in tf.nest.flatten(data)
            if isinstance(leaf, tf.Tensor)
        )
        self._bytes += size
        steps = count + sum(steps for _, steps in self._since)
        repeats = self.repeats and data is not None and self._copy
        if not repeats or self._bytes > _MOST_BYTES or steps > _MOST_STEPS:
            self._copy, self._since, self._bytes = self._snapshot(), [], size

    def _go_back(self) -> None:
        """Makes the model what it was before the steps that are being taken."""
        _restore(self._copy)
        for run, count in self._since:
            run(count)

    def _finite_weights(self) -> str:
        """Makes sure that the weights are finite; returns since when they are so."""
        if self._is_finite():
            return "that it had before that step"
        # A step with a finite loss has left weights that are not.
        _restore(self._kept)
        return "of the beginning of the epoch: those before that step are not finite"

    def _is_finite(self) -> bool:
        return all(
            np.isfinite(keras.ops.convert_to_numpy(variable)).all()
            for variable in self._model.weights
            if keras.backend.is_float_dtype(variable.dtype)
        )

    def _snapshot(self) -> "_Snapshot":
        """Returns all that training changes; it is not copied until it changes."""
        model = self._model
        if not self._variables:
            # Finding them takes as long as reading them.
            variables = [*model.variables, *model.metrics_variables]
            if model.optimizer is not None:
                variables += model.optimizer.variables
            self._variables = [(variable, variable.value) for variable in variables]
        values = [(variable, _read(value)) for variable, value in self._variables]
        if model.optimizer is not None and not model.optimizer.built:
            # The first step makes more of them.
            self._variables = []
        return values


_Snapshot = list[tuple[Any, Any]]


def _read(value: Any) -> Any:
    if isinstance(value, tf.distribute.DistributedValues):
        return tf.convert_to_tensor(value)
    # In half the time of `tf.convert_to_tensor`, which does the same and more.
    return tf.raw_ops.ReadVariableOp(resource=value.handle, dtype=value.dtype)


def _restore(saved: _Snapshot) -> None:
    for variable, value in saved:
        variable.assign(value)
