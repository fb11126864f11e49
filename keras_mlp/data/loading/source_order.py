"""The order in which a data set's own files list its examples."""

import numpy as np

# Sets that TFDS reads from the four files of MNIST's format. It gives each example its
# number in the source's file as the key.
SOURCE_ORDERED = frozenset({"mnist", "fashion_mnist", "kmnist"})


def source_order(split: str, count: int) -> np.ndarray:
    """Returns where TFDS has put the examples of a split of such a set.

    When TFDS prepares a set it sorts the examples by a hash of their keys, salted with
    the name of the split, so that their order says nothing. Networks that were
    documented "in file order" mean the order of the source's file, which the same hash
    gives back.

    Args:
        split: Name of a whole split, `"train"` or `"test"`.
        count: Number of examples in it.

    Returns:
        int64 array of shape `(count,)`: entry `i` is the place, in TFDS' order, of
        example `i` of the source.

    Example:

    ```python
    from keras_mlp.data.loading.source_order import source_order

    # The first training image of MNIST, a five, is not the first that TFDS gives.
    assert source_order("train", 60_000)[0] != 0
    ```
    """
    # With it comes all of TFDS, which waits until data are asked for.
    from tensorflow_datasets.core import hashing

    stored = sorted(range(count), key=hashing.Hasher(split).hash_key)
    # `stored` lists the source's numbers in TFDS' order; this is its inverse.
    return np.argsort(stored)
