"""What is wrong with the batches of a run, if anything is."""

import math
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.batch_parts import without_optionals
from keras_mlp.training.errors import InputError
from keras_mlp.training.feed import Preprocess
from keras_mlp.training.shape_checks import check_targets, no_data
from keras_mlp.training.target_rule import TargetRule
from keras_mlp.training.value_checks import ValueRule, broken_rows, rules_of
from keras_mlp.training.weight_checks import check_weights

# In the note of a step: nothing is wrong, or its batch has no example.
_RIGHT, _EMPTY = -1, -2


class BatchReport:
    """Looks at batches, and says which example of an epoch cannot be right.

    Args:
        phase: `"train"`, `"test"` or `"predict"`.
        target: What the model's loss takes as targets.
        notes: Whether `note` is to be called: programs cannot make variables.
    """

    def __init__(self, phase: str, target: TargetRule, notes: bool) -> None:
        self._phase = phase
        self._target = target
        self._rows = 0
        # What steps in Keras' own functions leave: rows and batches before, which rule
        # is broken, in how many examples, the first of them.
        self._noted = (
            tf.Variable([0, 0, _RIGHT, 0, 0], dtype=tf.int64, trainable=False)
            if notes
            else None
        )
        self._rules: list[ValueRule] = []
        # Whether any step does.
        self._takes_notes = False

    def begin(self, batches: int = 0) -> None:
        """Begins an epoch.

        Args:
            batches: Batches that have been taken before. Defaults to 0.
        """
        self._rows = 0
        if self._noted is not None:
            self._noted.assign([0, batches, _RIGHT, 0, 0])

    def look_at(
        self,
        batch: Any,
        batches: int,
        preprocess: Preprocess | None = None,
        size: int | None = None,
    ) -> None:
        """Raises an error if a batch holds what cannot be right.

        Args:
            batch: A batch of tensors, or several whose rows are joined.
            batches: Batches before it.
            preprocess: What makes a batch of it, if anything does.
            size: Examples in a batch, where there are several.

        Raises:
            InputError: It says which batch, and which example of the epoch.
        """
        batch = without_optionals(batch)
        rows = _rows_of(batch)
        if rows == 0:
            raise no_data()
        for rule, leaf in self._parts(batch, preprocess):
            # One cheap pass, which finds nearly all data right.
            if rule.kind == "finite" and math.isfinite(tf.reduce_sum(leaf)):
                continue
            broken = broken_rows(rule, leaf)
            if broken.any():
                first = int(broken.argmax())
                raise self._error(
                    rule,
                    int(broken.sum()),
                    batches + (first // size if size else 0),
                    self._rows + first,
                )
        self._rows += rows

    def look_at_stacks(
        self,
        stacks: Any,
        count: int,
        batches: int,
        preprocess: Preprocess | None,
        right: bool,
    ) -> None:
        """Raises an error if stacked batches hold what cannot be right.

        Args:
            stacks: Batches of one size, stacked along a first axis.
            count: How many of them there are. Places after them hold zeros.
            batches: Batches before them.
            preprocess: What makes a batch of one, if anything does.
            right: Whether `are_right` has found nothing in them.

        Raises:
            InputError: As `look_at` does.
        """
        rows, size = self._rows, _size_of(stacks)
        if not right:
            self.look_at(_joined_rows(stacks), batches, preprocess, size)
        self._rows = rows + count * size

    def are_right(self, stacks: Any, preprocess: Preprocess | None, total: Any) -> Any:
        """Returns symbolically whether stacked batches hold nothing that is wrong.

        Args:
            stacks: Batches of one size, stacked along a first axis.
            preprocess: What makes a batch of one, if anything does.
            total: What `sum_of_numbers` returns for them.
        """
        right = tf.math.is_finite(total) & (_size_of(stacks) > 0)
        for rule, leaf in self._parts(_joined_rows(stacks), preprocess):
            if rule.kind != "finite":
                right &= ~tf.reduce_any(rule.is_broken_by(leaf))
        return right

    def note(self, batch: Any) -> tf.Operation:
        """Returns an operation that fails if a batch holds what cannot be right.

        XLA leaves the failure out: the note stays.

        Args:
            batch: A batch of symbolic tensors, in a program.
        """
        assert self._noted is not None
        self._takes_notes = True
        before = self._noted.read_value()
        rows, found = self._found(without_optionals(batch))
        right = tf.equal(found[0], _RIGHT)
        here = tf.where(right, tf.stack([rows, tf.constant(1, tf.int64)]), 0)
        after = tf.concat([before[:2] + here, found], axis=0)
        # What was found first stays.
        goes_on = tf.equal(before[2], _RIGHT)
        noted = self._noted.assign(tf.where(goes_on, after, before), read_value=False)
        with tf.control_dependencies([noted]):
            return tf.raw_ops.Assert(condition=right, data=["keras_mlp: see the note"])

    def check(self) -> None:
        """Raises an error if steps have noted what cannot be right.

        Raises:
            InputError: As `look_at` does.
        """
        if self._noted is None or not self._takes_notes:
            return
        rows, batches, rule, count, first = (int(part) for part in self._noted.numpy())
        if rule == _EMPTY:
            raise no_data()
        if rule != _RIGHT:
            raise self._error(self._rules[rule], count, batches, rows + first)

    def _parts(self, batch: Any, preprocess: Preprocess | None = None) -> Any:
        """Returns what can be wrong in a batch, each with its rule."""
        if preprocess is not None:
            # What images become is finite.
            _, labels, *weights = batch
            batch = (None, preprocess.targets(labels), *weights)
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
        if self._phase == "predict":
            # Only inputs are used.
            y = sample_weight = None
        else:
            # Of a generator, this is where shapes show first.
            check_targets(y, self._target)
            check_weights(sample_weight, self._target)
        return rules_of(x, y, sample_weight, self._target)

    def _found(self, batch: Any) -> tuple[Any, Any]:
        """Returns symbolically how many rows a batch has, and what is wrong in it."""
        dense = [leaf for leaf in tf.nest.flatten(batch) if _has_rows(leaf)]
        rows = tf.shape(dense[0], tf.int64)[0] if dense else tf.constant(1, tf.int64)
        kind = tf.where(tf.equal(rows, 0), tf.constant(_EMPTY, tf.int64), _RIGHT)
        nothing = tf.constant(0, tf.int64)
        found = tf.stack([kind, nothing, nothing])
        for rule, leaf in self._parts(batch):
            if rule not in self._rules:
                self._rules.append(rule)
            found = _joined(found, self._rules.index(rule), rule, leaf)
        return rows, found

    def _error(
        self, rule: ValueRule, count: int, batch: int, example: int
    ) -> InputError:
        return rule.error(
            f"{count} example{'s' * (count > 1)}, the first in batch {batch}, at index "
            f"{example} of the epoch, both counted from 0"
        )


def _has_rows(leaf: Any) -> bool:
    return isinstance(leaf, tf.Tensor) and bool(leaf.shape.rank)


def _size_of(stacks: Any) -> int:
    first = tf.nest.flatten(stacks)[0]
    return int(first.shape[1]) if first.shape.rank > 1 else 1


def _joined_rows(stacks: Any) -> Any:
    return tf.nest.map_structure(
        lambda leaf: (
            tf.reshape(leaf, (-1, *leaf.shape[2:])) if leaf.shape.rank > 1 else leaf
        ),
        stacks,
    )


def _rows_of(batch: Any) -> int:
    dense = [leaf for leaf in tf.nest.flatten(batch) if _has_rows(leaf)]
    return int(dense[0].shape[0]) if dense else 1


def _joined(found: Any, place: int, rule: ValueRule, leaf: Any) -> Any:
    """Returns what is wrong, with what one rule finds where nothing was before."""

    def look() -> Any:
        broken = rule.is_broken_by(leaf)
        if leaf.shape.rank > 1:
            broken = tf.reduce_any(broken, axis=list(range(1, leaf.shape.rank)))
        count = tf.math.count_nonzero(broken)
        here = tf.stack(
            [
                tf.where(count > 0, tf.constant(place, tf.int64), _RIGHT),
                count,
                tf.argmax(tf.cast(broken, tf.int32)),
            ]
        )
        return tf.where(tf.equal(found[0], _RIGHT), here, found)

    if rule.kind == "label":
        return tf.cond(tf.equal(tf.size(leaf), 0), lambda: found, look)
    # One cheap pass, which finds nearly all data right.
    total = tf.reduce_sum(leaf)
    right = tf.math.is_finite(total) if rule.kind == "finite" else tf.size(leaf) < 1
    return tf.cond(right, lambda: found, look)
