"""Data sets whose parts hold the same examples in each epoch."""

import abc
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from keras_mlp.data.batches.batching import Choose
from keras_mlp.validation import check_positive_integer


class PartedDataset(tf.data.Dataset):
    """A `tf.data.Dataset` whose parts are fixed before it is shuffled.

    `take`, `skip` and `shard` choose batches of the order of the files, and what they
    return is shuffled by itself. Of a set that is shuffled anew in each epoch,
    TensorFlow's would choose other examples in each: those held out for validation
    would be trained on. What `map`, `prefetch` and `with_options` return is such a data
    set, too; what other methods return is not.

    Args:
        batches: The data set that this one yields.

    Example:

    ```python
    import keras_mlp

    train = keras_mlp.data.load("mnist_5k", "train", batch_size=100)
    train = train.map(lambda images, labels: (1 - images, labels))
    held_out, train = train.split_at(8)
    assert (len(held_out), len(train)) == (8, 32)
    ```
    """

    def __init__(self, batches: tf.data.Dataset) -> None:
        self._batches = batches
        super().__init__(tf.data.experimental.to_variant(batches))

    @property
    def element_spec(self) -> Any:
        """Shapes and dtypes of a batch."""
        return self._batches.element_spec

    def _inputs(self) -> list[tf.data.Dataset]:
        # What `tf.data.Dataset` asks of its subclasses.
        return [self._batches]

    @abc.abstractmethod
    def _part(self, choose: Choose) -> Any:
        """Returns what this is of some of the batches in the order of the files."""

    def take(self, count: Any, name: str | None = None) -> Any:
        """Returns the first batches of the order of the files, shuffled by themselves.

        Args:
            count: Number of batches; -1, or more than there are, takes all.
            name: As for `tf.data.Dataset.take`.
        """
        return self._part(lambda batches: batches.take(count, name=name))

    def skip(self, count: Any, name: str | None = None) -> Any:
        """Returns all but the first batches of that order, shuffled by themselves.

        Args:
            count: Number of batches; -1, or more than there are, skips all.
            name: As for `tf.data.Dataset.skip`.
        """
        return self._part(lambda batches: batches.skip(count, name=name))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Any:
        """Returns every `num_shards`-th batch of that order, shuffled by themselves.

        Args:
            num_shards: Number of shards.
            index: Which of them, from 0 on.
            name: As for `tf.data.Dataset.shard`.
        """
        return self._part(lambda batches: batches.shard(num_shards, index, name=name))

    def split_at(self, batches: int) -> tuple[Any, Any]:
        """Returns `take(batches)` and `skip(batches)`, of which neither is empty.

        Which example is in which part is fixed by the order of the files, before any
        shuffle.

        Args:
            batches: Number of batches of the first part.

        Raises:
            ValueError: If that is no whole number from 1 to one less than there are.
        """
        count = check_positive_integer("batches", batches)
        if count >= len(self):
            raise ValueError(
                "Argument `batches` must leave a batch for the second part. Received: "
                f"batches={batches}, of a data set of {len(self)}. Pass fewer, or load "
                "with a smaller `batch_size`."
            )
        return self.take(count), self.skip(count)

    def map(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the data set with a function applied, as `tf.data.Dataset.map`."""
        return _Changed(self, lambda data: tf.data.Dataset.map(data, *args, **kwargs))

    def prefetch(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the data set with batches made ahead, as `tf.data.Dataset` does."""
        return _Changed(
            self, lambda data: tf.data.Dataset.prefetch(data, *args, **kwargs)
        )

    def with_options(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the data set with options, as `tf.data.Dataset.with_options`."""
        return _Changed(
            self, lambda data: tf.data.Dataset.with_options(data, *args, **kwargs)
        )


class _Changed(PartedDataset):
    """A data set of which each batch is changed by itself.

    Args:
        source: What is changed.
        change: Makes the changed data set of it, or of a part of it.
    """

    def __init__(
        self, source: PartedDataset, change: Callable[[tf.data.Dataset], Any]
    ) -> None:
        self._source = source
        self._change = change
        super().__init__(change(source))

    def _part(self, choose: Choose) -> "_Changed":
        return _Changed(self._source._part(choose), self._change)
