"""Whether the examples that a training is validated on are held out from it."""

import warnings
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_mlp.training.feeding.arrays import is_loaded

# The classes of TensorFlow behind the methods that choose elements by their places.
_CHOOSING = {"_TakeDataset", "_SkipDataset", "_ShardDataset"}


def warn_of_leaks(x: Any, validation: Any) -> None:
    """Warns if both are parts of one data set that is shuffled again in each epoch.

    `shuffle(...)` before `take` and `skip` is a common mistake: the parts of the second
    epoch are others than those of the first.

    Args:
        x: The argument `x` of `fit`.
        validation: The argument `validation_data` of `fit`.
    """
    if not all(isinstance(data, tf.data.Dataset) for data in (x, validation)):
        return
    held_out = {id(source) for source in _sources_of_parts(validation)}
    if any(id(source) in held_out for source in _sources_of_parts(x)):
        warnings.warn(
            "Arguments `x` and `validation_data` must not share examples. Received: "
            "parts (`take`, `skip` or `shard`) of one data set that each epoch "
            "shuffles again, so the model is trained on validation examples in other "
            "epochs. Divide it before it is shuffled, or pass "
            "`reshuffle_each_iteration=False` to `shuffle`. For data from "
            "`keras_mlp.data.load`, call `split_at` first, and `map` and other methods "
            "afterwards.",
            stacklevel=2,
        )


def _sources_of_parts(
    dataset: tf.data.Dataset, is_part: bool = False
) -> Iterator[tf.data.Dataset]:
    """Yields the data sets, shuffled again in each epoch, of which this is a part."""
    if is_part and _reshuffles(dataset):
        yield dataset
    if is_loaded(dataset) or type(dataset).__name__ == "CacheDataset":
        # A cache keeps the order of its first epoch; and parts of what is loaded are
        # fixed before its shuffle.
        return
    is_part = is_part or type(dataset).__name__ in _CHOOSING
    for source in dataset._inputs():
        yield from _sources_of_parts(source, is_part)


def _reshuffles(dataset: tf.data.Dataset) -> bool:
    if is_loaded(dataset):
        return dataset.shuffled
    return (
        type(dataset).__name__ == "_ShuffleDataset"
        and dataset._reshuffle_each_iteration is not False
    )
