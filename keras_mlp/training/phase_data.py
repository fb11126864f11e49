"""What a phase of `fit`, `evaluate` or `predict` was given."""

import dataclasses
import math
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.batch_parts import as_tensors, spec_of, without_optionals
from keras_mlp.training.execution import (
    DEFAULT_BATCH_SIZE,
    count_batches,
    count_examples,
    group_size,
)
from keras_mlp.training.feed import Feed
from keras_mlp.training.own_batches import own_batches, reads_its_own
from keras_mlp.training.shape_checks import check_fraction


@dataclasses.dataclass
class PhaseData:
    """What one phase of `fit`, `evaluate` or `predict` was given.

    Args:
        x: As for `keras.Model.fit`, and so the others.
        y: Targets.
        sample_weight: Weights of examples.
        batch_size: Examples in a batch of arrays. `None` is Keras' default of 32.
        steps: Number of steps that was asked for, if any.
        count: Number of examples of arrays that are used. Defaults to all.
        shuffle: As for `keras.Model.fit`.
    """

    x: Any
    y: Any = None
    sample_weight: Any = None
    _: dataclasses.KW_ONLY
    batch_size: int | None = None
    steps: int | None = None
    count: int | None = None
    shuffle: bool | str = False

    @property
    def batches(self) -> int | None:
        """Number of batches, `None` where nobody knows."""
        return count_batches(self.x, self.batch_size, self.steps, self.count)

    def split(
        self, held_out: float, batch_size: int | None, steps: int | None
    ) -> "tuple[PhaseData, PhaseData]":
        """Returns what `validation_split` leaves for training, and what it takes.

        Args:
            held_out: The fraction that it takes, from the end.
            batch_size: Examples in a batch of that.
            steps: Number of steps on that, if it was asked for.
        """
        check_fraction(held_out)
        count = count_examples(self.x)
        kept = rest = None
        if count is not None:
            kept = math.floor(count * (1.0 - held_out))
            rest = count - kept
        return dataclasses.replace(self, count=kept), PhaseData(
            self.x,
            self.y,
            self.sample_weight,
            batch_size=batch_size,
            steps=steps,
            count=rest,
        )

    def one_by_one(self, epochs: int) -> tuple[Any, int | None]:
        """Returns `x` and `steps_per_epoch` for Keras to take single steps.

        Keras makes two iterators an epoch, unless it is told a number of steps. That
        takes as long as 30 steps of a small network.

        Args:
            epochs: How often the data are gone through.
        """
        limited = self.steps or keras.config.max_steps_per_epoch()
        if epochs > 1 and hasattr(self.x, "endless") and not limited:
            return self.x.endless(), self.batches
        return self.x, self.steps

    def fed(self, group: int | None, operations: float, epochs: int = 1) -> "Fed":
        """Returns the data as they are to be handed to Keras.

        Args:
            group: Steps to take at a time; `None` chooses.
            operations: Floating-point operations for an example, for choosing.
            epochs: How often the data are gone through: see `one_by_one`.
        """
        if group is not None:
            # A number that the caller gave: with callbacks that count like Keras'.
            return self._by_batches(group)
        batches, all_full = self.batches, self._all_full()
        # A last batch that is not full does not go into a group.
        grouped = batches - 1 if batches and all_full is False else batches
        group = group_size(grouped, self.x, self.batch_size, operations)
        if group < 2 or batches is None or all_full is None:
            return self._by_batches(group)
        if hasattr(self.x, "deferred"):
            size, preprocess = self.x.batch_size, self.x.preprocess
            feed = Feed(
                joined=group, batch_size=size, all_full=all_full, preprocess=preprocess
            )
            endless = epochs > 1
            x = self.x.deferred(batches=group, endless=endless)
            return Fed(x, None, math.ceil(batches / group) if endless else None, feed)
        # Keras cuts elements of so many examples from the same order.
        size = self.batch_size or DEFAULT_BATCH_SIZE
        feed = Feed(joined=group, batch_size=size, all_full=all_full)
        return Fed(self.x, size * group, None, feed)

    def fed_to_replicas(
        self, strategy: tf.distribute.Strategy, group: int, epochs: int = 1
    ) -> "Fed":
        """Returns the data as they are to be handed to Keras, for several replicas.

        Args:
            strategy: Their strategy.
            group: Steps to take at a time.
            epochs: How often the data are gone through: see `one_by_one`.
        """
        if isinstance(self.x, tf.distribute.DistributedDataset):
            raise ValueError(
                "Argument `x` must be a `tf.data.Dataset` of global batches, of which "
                "each replica takes its part, or arrays. Received: a "
                "`tf.distribute.DistributedDataset`. Pass the data set that it was "
                "made of."
            )
        if hasattr(self.x, "deferred"):
            feed = Feed(steps=group, preprocess=self.x.preprocess)
            limited = self.steps or keras.config.max_steps_per_epoch()
            endless = epochs > 1 and not limited
            x = self.x.deferred(endless=endless)
            return Fed(x, None, self.batches if endless else self.steps, feed)
        if not isinstance(self.x, tf.data.Dataset) or not reads_its_own(self.x):
            return Fed(self.x, self.batch_size, self.steps, Feed(steps=group))
        x, replicas = own_batches(self.x, self.steps, strategy)
        return Fed(x, None, self.steps, Feed(steps=group, replicas=replicas))

    @property
    def batch_spec(self) -> Any:
        """Shapes and dtypes of a batch, `None` where that takes drawing one."""
        if isinstance(self.x, tf.data.Dataset):
            return without_optionals(self.x.element_spec)
        if isinstance(self.x, keras.utils.PyDataset):
            return spec_of(as_tensors(self.x[0]))
        if not self._are_plain_arrays():
            return None
        floats = keras.config.floatx()
        parts = keras.tree.map_structure(
            lambda leaf: tf.TensorSpec(
                (None, *leaf.shape[1:]),
                floats if "float" in str(leaf.dtype) else leaf.dtype,
            ),
            [part for part in (self.x, self.y, self.sample_weight) if part is not None],
        )
        return tuple(parts)

    def _all_full(self) -> bool | None:
        """Returns whether all batches have one size, `None` if none can be joined."""
        if self.steps or keras.config.max_steps_per_epoch():
            # Keras would count elements.
            return None
        if hasattr(self.x, "deferred"):
            return tf.nest.flatten(self.x.element_spec)[0].shape[0] is not None
        count = self.count or count_examples(self.x)
        if not count or self.shuffle == "batch" or not self._are_plain_arrays():
            return None
        return count % (self.batch_size or DEFAULT_BATCH_SIZE) == 0

    def _by_batches(self, group: int) -> "Fed":
        if hasattr(self.x, "deferred"):
            feed = Feed(steps=group, preprocess=self.x.preprocess)
            return Fed(self.x.deferred(), None, self.steps, feed)
        return Fed(self.x, self.batch_size, self.steps, Feed(steps=group))

    def _are_plain_arrays(self) -> bool:
        if self.sample_weight is not None and self.y is None:
            return False
        parts = (self.x, self.y, self.sample_weight)
        given = [part for part in parts if part is not None]
        return all(_is_plain_array(leaf) for leaf in keras.tree.flatten(given))


class Fed(NamedTuple):
    """Data as they are handed to Keras.

    Args:
        x: As for `keras.Model.fit`.
        batch_size: As for `keras.Model.fit`.
        steps: As `steps_per_epoch` for `keras.Model.fit`.
        feed: How the program is to take them.
    """

    x: Any
    batch_size: int | None
    steps: int | None
    feed: Feed


def _is_plain_array(leaf: Any) -> bool:
    if not isinstance(leaf, (np.ndarray, tf.Tensor)) or not leaf.shape:
        return False
    dtype = np.dtype(getattr(leaf.dtype, "as_numpy_dtype", leaf.dtype))
    return dtype.kind in "fiub"
