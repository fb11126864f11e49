"""Numbers that cannot be right."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_mlp.training.checking.target_rule import TargetRule
from keras_mlp.training.errors import InputError
from keras_mlp.training.feeding.arrays import as_numpy

AS_THEY_ARE = "`compile(check_inputs=False)` takes the data as they are."


@dataclasses.dataclass(frozen=True)
class ValueRule:
    """What the numbers of one part of the data must be.

    Args:
        name: The argument.
        kind: `"finite"`, or `"label"` for numbers of classes.
        classes: Number of classes, for labels.
        ignored: A label that does not count, if there is one.
    """

    name: str
    kind: str
    classes: int = 0
    ignored: int | None = None

    def surely_holds(self, array: np.ndarray) -> bool:
        """Returns whether one cheap pass finds all numbers right: nearly always.

        Args:
            array: With a row for each example.
        """
        if self.kind != "finite":
            return False
        with np.errstate(all="ignore"):
            # In the dtype in which Keras hands arrays to models: what is too large for
            # that is infinite there.
            return bool(np.isfinite(array.sum(dtype=keras.config.floatx())))

    def broken_rows(self, array: np.ndarray) -> np.ndarray:
        """Returns for each example whether the rule is broken in it.

        Args:
            array: With a row for each example.
        """
        broken = self._broken(array).reshape(len(array), -1)
        return np.asarray(broken.any(axis=1))

    def _broken(self, array: np.ndarray) -> np.ndarray:
        if self.kind == "finite":
            with np.errstate(over="ignore"):
                # As Keras hands them to models.
                return np.asarray(~np.isfinite(array.astype(keras.config.floatx())))
        floating = array.dtype.kind == "f"
        if not floating:
            # The number of classes may be none that the type can hold.
            array = array.astype("int64")
        # Also true of what is not a number.
        broken = ~((array >= 0) & (array < self.classes))
        if floating:
            # NumPy warns of what is infinite, which is broken already.
            with np.errstate(invalid="ignore"):
                broken |= array % 1 != 0
        return broken if self.ignored is None else broken & (array != self.ignored)

    def error(self, where: str) -> InputError:
        """Returns the error.

        Args:
            where: How many examples break the rule, and which is the first.
        """
        if self.kind == "finite":
            allowed = ""
            if self.name == "sample_weight":
                allowed = " of at least 0. Below 0 they are taken as they are"
            return InputError(
                f"Argument `{self.name}` must hold finite numbers{allowed}. "
                f"Received: NaN or infinity in {where}. Remove these examples, or "
                f"replace the missing values; {AS_THEY_ARE}"
            )
        return InputError(
            f"Argument `{self.name}` must hold class numbers, integers from 0 to "
            f"{self.classes - 1}, because the model has outputs for {self.classes} "
            f"classes. Received: other values in {where}. Number the classes from 0, "
            f"or give the model more outputs; {AS_THEY_ARE}"
        )


def rules_of(
    x: Any, y: Any, sample_weight: Any, target: TargetRule
) -> Iterator[tuple[ValueRule, np.ndarray]]:
    """Yields each part of the data that can be wrong, with its rule.

    Args:
        x: Inputs: arrays or tensors, in any structure. What is sparse or ragged is
            left out.
        y: Targets.
        sample_weight: Weights of examples.
        target: What the loss takes.
    """
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for leaf in keras.tree.flatten(as_numpy(part)):
            if not isinstance(leaf, np.ndarray) or not leaf.ndim:
                continue
            rule = _rule(name, leaf, target)
            if rule is not None:
                yield rule, leaf


def _rule(name: str, array: np.ndarray, target: TargetRule) -> ValueRule | None:
    floating, integer = array.dtype.kind == "f", array.dtype.kind in "iu"
    if name == "y":
        labels = target.kind == "sparse" or (target.kind == "binary" and integer)
        if labels and target.classes and (floating or integer):
            return ValueRule(name, "label", target.classes, target.ignored)
        if not target.finite:
            return None
    return ValueRule(name, "finite") if floating else None
