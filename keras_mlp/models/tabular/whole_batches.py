"""Arrays as shuffled batches, by a seed and the number of the epoch."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.batches.batching import Batching, as_they_are
from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.loaded_dataset import LoadedDataset
from keras_mlp.data.drawn_seed import drawn_seed
from keras_mlp.training.checking.arguments import check_arguments, check_lengths


def whole_batches(
    x: Any,
    y: Any,
    sample_weight: Any,
    *,
    batch_size: int,
    shuffle: bool,
    seed: int | None,
    first_epoch: int = 0,
    drop_remainder: bool = True,
) -> LoadedDataset:
    """Returns arrays as batches, in each epoch in another order.

    Args:
        x: Arrays of `[rows, ...]`, in any structure.
        y: Targets, `[rows, ...]`, or `None`.
        sample_weight: `[rows]`, or `None`.
        batch_size: Rows of a batch; of fewer rows, all are one batch.
        shuffle: Whether each epoch has an order of its own, and so leaves out others.
        seed: Fixes the orders. `None` draws one.
        first_epoch: The number of the first epoch, on which its order depends.
        drop_remainder: Whether rows that do not fill a batch are left out; else, they
            are a smaller one. Defaults to `True`.

    Raises:
        ValueError: If there are no rows, or the numbers of rows differ.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.tabular.whole_batches import whole_batches

    x, y = np.arange(10.0), np.arange(10)
    batches = whole_batches(x, y, None, batch_size=4, shuffle=True, seed=0)
    assert [len(inputs) for inputs, _ in batches] == [4, 4]
    ```
    """
    check_arguments(x, y, sample_weight, batch_size)
    arrays = keras.tree.map_structure(_as_array, (x, y, sample_weight))
    check_lengths(**dict(zip(("x", "y", "sample_weight"), arrays, strict=True)))
    rows = len(keras.tree.flatten(arrays[0])[0])
    with tf.device("CPU:0"):
        parts = [
            keras.tree.map_structure(tf.constant, part)
            for part in arrays
            if part is not None
        ]
    dataset = LoadedDataset(
        InMemoryExamples(*parts),
        Batching(
            count=rows,
            batch_size=min(batch_size, rows),
            drop_remainder=drop_remainder,
            shuffle=shuffle,
            seed=drawn_seed(seed),
            preprocess=as_they_are,
        ),
    )
    dataset.epoch.assign(first_epoch)
    return dataset


def _as_array(values: Any) -> Any:
    if values is None or isinstance(values, tf.Tensor):
        return values
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    return array.astype(keras.config.floatx()) if array.dtype.kind == "f" else array
