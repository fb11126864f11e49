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
        directory: Where to write `images.npy` and `labels.npy`.
    """
    import keras_mlp

    name, description = "mnist", "MNIST"
    try:
        loaded = keras_mlp.data.load(name, batch_size=60000, shuffle=False)
    except keras_mlp.data.DatasetNotPreparedError:
        name = "mnist_5k"
        loaded = keras_mlp.data.load(
            name, split="train+test", batch_size=5000, shuffle=False
        )
        description = "mnist_5k repeated 12 times: MNIST has not been prepared"
    images, labels = (array.numpy() for array in next(iter(loaded.deferred())))
    images = images.reshape(len(images), -1)
    repeats = 60000 // len(images)
    np.save(directory / "images.npy", np.tile(images, (repeats, 1)))
    np.save(directory / "labels.npy", np.tile(labels, repeats))
    os.environ[DIRECTORY] = str(directory)
    return description


def raw(workload: Workload) -> tuple[np.ndarray, np.ndarray]:
    """Returns pixels as uint8 `[examples, 784]` and labels as int64."""
    directory = Path(os.environ[DIRECTORY])
    images = np.load(directory / "images.npy", mmap_mode="r")
    labels = np.load(directory / "labels.npy", mmap_mode="r")
    chosen = slice(workload.examples)
    return np.array(images[chosen]), np.array(labels[chosen])


def arrays(workload: Workload) -> tuple[np.ndarray, np.ndarray]:
    """Returns images as float32 from 0 to 1, and labels as the loss wants them."""
    images, labels = raw(workload)
    scaled = images.astype("float32") / 255
    if workload.squared_error:
        return scaled, np.eye(10, dtype="float32")[labels]
    return scaled, labels
