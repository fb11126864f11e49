"""What watches the steps of a run: their data, their loss."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.errors import DivergedError, InputError
from keras_mlp.training.feed import Feed
from keras_mlp.training.shape_checks import no_data
from keras_mlp.training.target_rule import TargetRule
from keras_mlp.training.value_checks import ValueRule, rules_of

# In the report of a batch: nothing is wrong, it has no example.
_RIGHT, _EMPTY = -1, -2


class StepGuard:
    """Stops a run at data that cannot be right, and where it diverges.

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
        self._rows = 0
        self._model = model
        self._target = target
        self._saved: list[tuple[Any, Any]] = []
        self._examine = tf.function(
            self._report, autograph=False, reduce_retracing=True
        )
        self._rules: list[ValueRule] = []
        # What is left by steps that Keras takes: rows and batches before, and the
        # report of the batch after them.
        self._left: tf.Variable | None = None

    def begin(self, epoch: int = 0) -> None:
        """Begins an epoch.

        Args:
            epoch: Its number, from 0 on.
        """
        self.epoch, self.batches, self._rows = epoch, self.left_out, 0
        self.left_out = 0
        if self._left is not None:
            self._left.assign([0, 0, _RIGHT, 0, 0])

    def look_at(
        self, batch: Any, preprocess: Callable | None = None, size: int | None = None
    ) -> None:
        """Raises an error if a batch holds what cannot be right.

        Args:
            batch: A batch, or several whose rows are joined.
            preprocess: What makes a batch of it, if anything does.
            size: Examples in a batch, where there are several.

        Raises:
            InputError: It says which batch, and which example of the epoch.
        """
        if not self.reads:
            return
        if preprocess is not None:
            report = self._examine(batch, preprocess).numpy()
        else:
            report = self._examine(batch).numpy()
        self._check(report, self._rows, self.batches, size)
        self._rows += int(report[3])

    def look_at_stacks(self, stacks: Any, count: int) -> None:
        """Raises an error if stacked batches hold what cannot be right.

        Args:
            stacks: Batches of one size, stacked along a first axis.
            count: How many of them there are. Places after them hold zeros.

        Raises:
            InputError: As `look_at` does.
        """
        rows = self._rows
        size = tf.nest.flatten(stacks)[0].shape[1:2]
        joined = tf.nest.map_structure(
            lambda leaf: (
                tf.reshape(leaf, (-1, *leaf.shape[2:])) if leaf.shape.rank > 1 else leaf
            ),
            stacks,
        )
        self.look_at(joined, size=size[0] if size else 1)
        self._rows = rows + count * (size[0] if size else 1)

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
        """Returns a step that leaves a report of its batch.

        Args:
            step: Function of a batch, such as `model.train_step`.
        """
        if not self.reads:
            return step
        if self._left is None:
            self._left = tf.Variable([0, 0, _RIGHT, 0, 0], dtype=tf.int64)
        left = self._left

        def reporting(batch: Any) -> Any:
            if not tf.inside_function():
                self.look_at(batch)
                return step(batch)
            report = self._report(batch)
            right = tf.equal(left[2], _RIGHT)
            rows, batches = left[0], left[1]
            found = tf.equal(report[0], _RIGHT)
            after = tf.stack(
                [
                    tf.where(found, rows + report[3], rows),
                    tf.where(found, batches + 1, batches),
                    report[0],
                    report[1],
                    report[2],
                ]
            )
            # Labels out of range make some operations fail: the report comes first.
            noted = left.assign(tf.where(right, after, left), read_value=False)
            with tf.control_dependencies([noted]):
                return step(batch)

        return reporting

    def take(self, run: Callable[[Any], tuple[Any, Any]], count: int) -> Any:
        """Takes steps, and returns what the last one returned.

        Args:
            run: Takes so many steps; returns the logs, and how many were taken before
                the loss was not finite.
            count: The number of steps.

        Raises:
            DivergedError: If the loss is not finite. The model then is what it was
                before that step.
            InputError: If the steps have reported what cannot be right. The model then
                is what it was before.
        """
        before = self._saved
        if self.phase == "train":
            self._saved = self._save()
        try:
            logs, taken = self._run(run, count)
        except InputError:
            _restore(self._saved)
            raise
        taken = int(taken)
        loss = logs.get("loss") if self.stops and isinstance(logs, dict) else None
        if loss is None or np.all(np.isfinite(loss)):
            self.batches += count
            return logs
        self._rewind(before, lambda: run(taken - 1), taken)
        step = self.batches + taken
        raise DivergedError(
            f"The loss is not finite in epoch {self.epoch + 1} at step {step}, though "
            f"the data are. Received: loss={float(loss)}. Most often the learning rate "
            "is too large: make it ten times smaller, or clip gradients with "
            "`clipnorm=1.0` in the optimizer; standardise features and targets that "
            "are large; use a loss with `from_logits=True` in place of one on "
            "probabilities. The model keeps its last finite weights.",
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

    def _run(self, run: Callable, count: int) -> tuple[Any, Any]:
        try:
            result = run(count)
        except tf.errors.OpError:
            self._check_left()
            raise
        self._check_left()
        return result

    def _rewind(self, before: Any, again: Callable, taken: int) -> None:
        """Gives the model its last finite weights."""
        _restore(self._saved)
        if not self._is_finite():
            # A step with a finite loss has left weights that are not.
            _restore(before)
        elif taken > 1:
            again()
            if not self._is_finite():
                _restore(self._saved)

    def _is_finite(self) -> bool:
        return all(
            np.isfinite(np.asarray(variable)).all()
            for variable in self._model.trainable_variables
        )

    def _save(self) -> list[tuple[Any, Any]]:
        """Returns all that training changes; it is not copied until it changes."""
        model = self._model
        variables = [*model.variables, *model.metrics_variables]
        if model.optimizer is not None:
            variables += model.optimizer.variables
        return [
            (variable, tf.convert_to_tensor(variable.value)) for variable in variables
        ]

    def _check_left(self) -> None:
        if self._left is not None:
            rows, batches, *report = self._left.numpy()
            self._check(report, int(rows), int(batches), None)

    def _check(self, report: Any, rows: int, batches: int, size: int | None) -> None:
        rule, count, first = (int(number) for number in report[:3])
        if rule == _RIGHT:
            return
        if rule == _EMPTY:
            raise no_data()
        batch = batches + (first // size if size else 0)
        raise self._rules[rule].error(
            f"{count} example{'s' * (count > 1)}, the first in batch {batch}, at index "
            f"{rows + first} of the epoch, both counted from 0"
        )

    def _report(self, batch: Any, preprocess: Callable | None = None) -> Any:
        """Returns what is wrong, in how many examples, the first, and how many rows."""
        batch = keras.tree.map_structure(
            lambda leaf: None if isinstance(leaf, tf.experimental.Optional) else leaf,
            batch,
        )
        leaves = [leaf for leaf in tf.nest.flatten(batch) if leaf is not None]
        dense = [
            leaf for leaf in leaves if isinstance(leaf, tf.Tensor) and leaf.shape.rank
        ]
        rows = tf.shape(dense[0], tf.int64)[0] if dense else tf.constant(1, tf.int64)
        if preprocess is not None:
            whole_numbers = not any(leaf.dtype.is_floating for leaf in leaves)
            batch = preprocess(*batch)
            if whole_numbers:
                # What pixels become is finite.
                batch = (None, *batch[1:])
        report = tf.stack(
            [
                tf.where(tf.equal(rows, 0), tf.constant(_EMPTY, tf.int64), _RIGHT),
                tf.constant(0, tf.int64),
                tf.constant(0, tf.int64),
                rows,
            ]
        )
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
        if self.phase == "predict":
            # Only inputs are used.
            y = sample_weight = None
        for rule, leaf in rules_of(x, y, sample_weight, self._target):
            if rule not in self._rules:
                self._rules.append(rule)
            report = _joined(report, self._rules.index(rule), rule, leaf)
        return report


def _joined(report: Any, place: int, rule: ValueRule, leaf: Any) -> Any:
    """Returns the report, with what one rule has found where nothing was before."""

    def found() -> Any:
        broken = rule.is_broken_by(leaf)
        if leaf.shape.rank > 1:
            broken = tf.reduce_any(broken, axis=list(range(1, leaf.shape.rank)))
        count = tf.math.count_nonzero(broken)
        here = tf.stack(
            [
                tf.where(count > 0, tf.constant(place, tf.int64), _RIGHT),
                count,
                tf.argmax(tf.cast(broken, tf.int32)),
                report[3],
            ]
        )
        return tf.where(tf.equal(report[0], _RIGHT), here, report)

    if rule.kind == "label":
        return tf.cond(tf.equal(tf.size(leaf), 0), lambda: report, found)
    # One cheap pass, which finds nearly all data right.
    total = tf.reduce_sum(leaf)
    right = tf.math.is_finite(total) if rule.kind == "finite" else tf.size(leaf) < 1
    return tf.cond(right, lambda: report, found)


def _restore(saved: list[tuple[Any, Any]]) -> None:
    for variable, value in saved:
        variable.assign(value)
