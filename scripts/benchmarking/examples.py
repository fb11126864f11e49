"""The images that all contestants see, handed over as files."""

import os
from pathlib import Path

import numpy as np

from benchmarking.workload import Workload

# Set by `write` for the worker processes.
DIRECTORY = "BENCHMARK_EXAMPLES"


def write(directory: Path) -> str:
    """Writes MNIST, or what there is of it, and returns what it is.

    Args:
        directory: Where to write images and labels, `.npy` files, to train on and to
            test with.
    """
    import keras_mlp

    description = "MNIST"
    try:
        splits = {split: _loaded("mnist", split) for split in ("train", "test")}
    except keras_mlp.data.DatasetNotPreparedError:
        train, test = (_loaded("mnist_5k", split) for split in ("train", "test"))
        repeats = 60000 // len(train[0]) + 1
        tiled = [np.concatenate([part] * repeats)[:60000] for part in train]
        splits = {"train": tiled, "test": test}
        description = "mnist_5k, again and again: MNIST has not been prepared"
    for split, (images, labels) in splits.items():
        np.save(directory / f"{split}_images.npy", images.reshape(len(images), -1))
        np.save(directory / f"{split}_labels.npy", labels)
    os.environ[DIRECTORY] = str(directory)
    return description


def _loaded(name: str, split: str) -> list[np.ndarray]:
    import keras_mlp

    loaded = keras_mlp.data.load(name, split, batch_size=60000, shuffle=False)
    return [array.numpy() for array in next(iter(loaded.deferred()))]


def of_split(split: str, count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Returns pixels as uint8 `[examples, 784]` and labels as int64.

    Args:
        split: `"train"` or `"test"`.
        count: How many examples; all by default.
    """
    directory = Path(os.environ[DIRECTORY])
    images, labels = (
        np.load(directory / f"{split}_{part}.npy", mmap_mode="r")[:count]
        for part in ("images", "labels")
    )
    return np.array(images), np.array(labels)


def table(workload: Workload) -> tuple[np.ndarray, np.ndarray]:
    """Returns features and classes of a table that scikit-learn brings."""
    from sklearn import datasets

    loader = getattr(datasets, f"load_{workload.network}")
    return loader(return_X_y=True)


def raw(workload: Workload) -> tuple[np.ndarray, np.ndarray]:
    """Returns pixels and labels of a workload's examples."""
    return of_split("train", workload.examples)


def arrays(workload: Workload) -> tuple[np.ndarray, np.ndarray]:
    """Returns images as float32 from 0 to 1, and labels as the loss wants them."""
    images, labels = raw(workload)
    scaled = images.astype("float32") / 255
    if workload.squared_error:
        return scaled, np.eye(10, dtype="float32")[labels]
    return scaled, labels
