"""The search for numbers that cannot be right, once an outcome is not finite."""

import dataclasses
from typing import Any

import keras
import numpy as np

from keras_mlp.training.checking.target_rule import TargetRule
from keras_mlp.training.checking.value_rules import rules_of
from keras_mlp.training.feeding.arrays import as_numpy
from keras_mlp.training.feeding.parts import Part
from keras_mlp.training.feeding.structures import rows_in


class Search:
    """Looks for the example of a call that cannot be right.

    Arrays are searched whole, in their own order; of other data, the batches that the
    outcome came from.

    Args:
        data: What the call was given: `(x, y, sample_weight)`.
        target: What the model's loss takes as targets.
        preprocess: What the step does to a batch first, if it does anything.
        inputs_only: Whether only inputs are used, as in predictions.
    """

    def __init__(
        self,
        data: tuple[Any, Any, Any],
        target: TargetRule,
        preprocess: Any = None,
        inputs_only: bool = False,
    ) -> None:
        self._data = data
        self._target = target
        self._preprocess = preprocess
        self._inputs_only = inputs_only
        # What was not looked at, for a message: a loss of the caller's own may know
        # what NaN means.
        self.left_out = ""

    def __call__(self, part: Part, batches: int, rows: int) -> None:
        """Raises an error if there is an example that cannot be right.

        Args:
            part: What the outcome came from.
            batches: Batches of the epoch before it.
            rows: Examples of the epoch before it.

        Raises:
            InputError: It names the argument, and says which batch and which example.
        """
        if _are_arrays(self._data):
            search_arrays(*self._data, target=self._target)
            self._note_targets(self._data[1])
            return
        for batch in part.batches:
            size = rows_in(batch)
            x, y, sample_weight = self._parts(batch)
            for rule, array in rules_of(x, y, sample_weight, self._target):
                broken = rule.broken_rows(array)
                count = int(broken.sum())
                if count:
                    first = int(broken.argmax())
                    per_batch = getattr(part, "batch_size", None) or size
                    raise rule.error(
                        f"{count} example{'s' * (count > 1)}, the first in batch "
                        f"{batches + first // per_batch}, at index {rows + first} of "
                        "the epoch, both counted from 0"
                    )
            self._note_targets(y)
            batches, rows = batches + 1, rows + size

    def _note_targets(self, y: Any) -> None:
        finite = dataclasses.replace(self._target, finite=True)
        rules = rules_of(None, y, None, finite)
        if any(rule.broken_rows(array).any() for rule, array in rules):
            self.left_out = "NaN in `y`, which a loss of one's own may expect"

    def _parts(self, batch: Any) -> tuple[Any, Any, Any]:
        if self._preprocess is not None:
            batch = self._preprocess.searched(*batch)
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(batch)
        return (x, None, None) if self._inputs_only else (x, y, sample_weight)


def search_arrays(x: Any, y: Any, sample_weight: Any, target: TargetRule) -> None:
    """Raises an error if arrays hold numbers that cannot be right.

    Args:
        x: Inputs: arrays, in any structure.
        y: Targets.
        sample_weight: Weights of examples.
        target: What the loss takes.

    Raises:
        InputError: It says how many examples are wrong, and which is the first.
    """
    for rule, array in rules_of(x, y, sample_weight, target):
        if rule.surely_holds(array):
            continue
        broken = rule.broken_rows(array)
        count = int(broken.sum())
        if count:
            raise rule.error(
                f"{count} of {len(array)} examples, the first at index "
                f"{int(broken.argmax())}"
            )


def _are_arrays(data: Any) -> bool:
    leaves = [
        leaf for leaf in keras.tree.flatten(as_numpy(list(data))) if leaf is not None
    ]
    return all(isinstance(leaf, np.ndarray) for leaf in leaves)
