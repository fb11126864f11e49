"""Numbers that cannot be right: in arrays, and inside compiled programs."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.errors import InputError
from keras_mlp.training.target_rule import TargetRule

AS_THEY_ARE = "`compile(check_inputs=False)` takes the data as they are."


@dataclasses.dataclass(frozen=True)
class ValueRule:
    """What the numbers of one part of the data must be.

    Args:
        name: The argument.
        kind: `"finite"`, `"label"` or `"weight"`.
        classes: Number of classes, for labels.
        ignored: A label that counts for nothing, if there is one.
    """

    name: str
    kind: str
    classes: int = 0
    ignored: int | None = None

    def is_broken_by(self, leaf: Any) -> Any:
        """Returns for each number whether it is none that is allowed.

        Args:
            leaf: An array of NumPy or a tensor.
        """
        finite = np.isfinite if isinstance(leaf, np.ndarray) else tf.math.is_finite
        if self.kind == "finite":
            return ~finite(leaf)
        if self.kind == "weight":
            return ~((leaf >= 0) & finite(leaf)) if _is_floating(leaf) else leaf < 0
        if not _is_floating(leaf):
            # The number of classes may be none that the type can hold.
            leaf = (
                leaf.astype("int64")
                if isinstance(leaf, np.ndarray)
                else tf.cast(leaf, tf.int64)
            )
        # Also true of what is not a number.
        broken = ~((leaf >= 0) & (leaf < self.classes))
        if _is_floating(leaf):
            # NumPy warns of what is infinite, which is broken already.
            with np.errstate(invalid="ignore"):
                broken |= leaf % 1 != 0
        return broken if self.ignored is None else broken & (leaf != self.ignored)

    def error(self, where: str) -> InputError:
        """Returns the error.

        Args:
            where: How many examples break the rule, and which is the first.
        """
        if self.kind == "finite":
            return InputError(
                f"Argument `{self.name}` must hold finite numbers. Received: NaN or "
                f"infinity in {where}. Leave these examples out, or put numbers in "
                f"place of what is missing; {AS_THEY_ARE}"
            )
        if self.kind == "weight":
            return InputError(
                f"Argument `{self.name}` must hold finite numbers of at least 0. "
                f"Received: others in {where}. Give examples that shall not count the "
                f"weight 0; {AS_THEY_ARE}"
            )
        return InputError(
            f"Argument `{self.name}` must hold the numbers of classes, whole and from "
            f"0 to {self.classes - 1}, as the model's outputs are for {self.classes} "
            f"classes. Received: others in {where}. Number the classes from 0 on, or "
            f"give the model more outputs; {AS_THEY_ARE}"
        )


def rules_of(
    x: Any, y: Any, sample_weight: Any, target: TargetRule
) -> Iterator[tuple[ValueRule, Any]]:
    """Yields each part of the data that can be wrong, with its rule.

    Args:
        x: Inputs: arrays or tensors, in any structure. What is sparse or ragged is
            left out.
        y: Targets.
        sample_weight: Weights of examples.
        target: What the loss takes. Targets of a loss that is the caller's own, which
            may know what NaN means, are left out.
    """
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for leaf in keras.tree.flatten(part):
            if isinstance(leaf, tf.Tensor) and leaf.shape.rank is None:
                # A program for any number of axes.
                leaf = tf.reshape(leaf, (tf.shape(leaf)[0], -1))
            rule = _rule(name, leaf, target)
            if rule is not None:
                yield rule, leaf


def as_numpy(structure: Any) -> Any:
    """Returns tensors and data frames as arrays of NumPy, and all else as it is.

    Args:
        structure: Any structure.
    """

    def convert(leaf: Any) -> Any:
        if isinstance(leaf, tf.Tensor):
            halves = leaf.dtype == tf.bfloat16
            return (tf.cast(leaf, tf.float32) if halves else leaf).numpy()
        return leaf.to_numpy() if hasattr(leaf, "to_numpy") else leaf

    return keras.tree.map_structure(convert, structure)


def check_arrays(x: Any, y: Any, sample_weight: Any, target: TargetRule) -> None:
    """Raises an error if arrays hold numbers that cannot be right.

    Args:
        x: Inputs: arrays of NumPy, in any structure.
        y: Targets.
        sample_weight: Weights of examples.
        target: What the loss takes.

    Raises:
        InputError: It says how many examples are wrong, and which is the first.
    """
    for rule, leaf in rules_of(x, y, sample_weight, target):
        if rule.kind == "finite" and np.isfinite(_sum(leaf)):
            # One cheap pass, which finds nearly all data right.
            continue
        with np.errstate(over="ignore"):
            # As Keras hands them to models.
            leaf = leaf.astype(keras.config.floatx()) if _is_floating(leaf) else leaf
        rows = broken_rows(rule, leaf)
        count = int(rows.sum())
        if count:
            raise rule.error(
                f"{count} of {len(leaf)} examples, the first at index "
                f"{int(rows.argmax())}"
            )


def broken_rows(rule: ValueRule, leaf: Any) -> np.ndarray:
    """Returns for each example whether a rule is broken in it.

    Args:
        rule: The rule.
        leaf: An array of NumPy or a tensor.
    """
    array = as_numpy(leaf)
    return rule.is_broken_by(array).reshape(len(array), -1).any(axis=1)


def sum_of_numbers(leaves: Sequence[Any]) -> Any:
    """Returns the sum of all floating numbers: if it is finite, so is each of them.

    Args:
        leaves: Tensors. Those of other dtypes are left out.
    """
    sums = [
        tf.cast(tf.reduce_sum(leaf), tf.float32)
        for leaf in leaves
        if _is_floating(leaf)
    ]
    return tf.add_n(sums) if sums else tf.constant(0.0)


def _rule(name: str, leaf: Any, target: TargetRule) -> ValueRule | None:
    if not isinstance(leaf, (np.ndarray, tf.Tensor)) or not len(leaf.shape):
        return None
    floating = _is_floating(leaf)
    integer = (
        leaf.dtype.kind in "iu"
        if isinstance(leaf, np.ndarray)
        else leaf.dtype.is_integer
    )
    if name == "sample_weight":
        return ValueRule(name, "weight") if floating or integer else None
    if name == "y":
        labels = target.kind == "sparse" or (target.kind == "binary" and integer)
        if labels and target.classes and (floating or integer):
            return ValueRule(name, "label", target.classes, target.ignored)
        if target.kind is None:
            return None
    return ValueRule(name, "finite") if floating else None


def _is_floating(leaf: Any) -> bool:
    if isinstance(leaf, np.ndarray):
        return leaf.dtype.kind == "f"
    return leaf.dtype.is_floating


def _sum(leaf: np.ndarray) -> Any:
    with np.errstate(all="ignore"):
        # In the dtype in which Keras hands arrays to models: what is too large for
        # that is infinite there.
        return leaf.sum(dtype=keras.config.floatx())
