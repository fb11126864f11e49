"""A training of N1 from the start of a process to its end, as one would write it.

    python -m benchmarking.whole_run LIBRARY DATA EXAMPLES EPOCHS

LIBRARY is `keras` or `keras_mlp`; DATA is `arrays`, for both the same, or `customary`:
what the library's users do with MNIST. Prints the peak of memory in bytes.
"""

import importlib
import json
import sys
from typing import Any

from benchmarking.workload import LEARNING_RATE, Workload


def main() -> None:
    """Trains and prints."""
    library, data, examples, epochs = sys.argv[1:]
    workload = Workload("N1", 128, int(examples))
    x, y = _arrays(workload) if data == "arrays" else _customary(library, workload)
    import keras

    model = importlib.import_module(library).Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(LEARNING_RATE), loss="mse")
    options = {} if y is None else {"batch_size": workload.batch_size}
    model.fit(x, y, epochs=int(epochs), verbose=0, **options)
    print(json.dumps({"peak_bytes": _peak_bytes()}))


def _arrays(workload: Workload) -> tuple[Any, Any]:
    from benchmarking import examples

    return examples.arrays(workload)


def _customary(library: str, workload: Workload) -> tuple[Any, Any]:
    split = f"train[:{workload.examples}]"
    if library == "keras_mlp":
        import keras_mlp

        return keras_mlp.data.load("mnist", split, 128, one_hot=True), None
    import numpy as np
    import tensorflow_datasets as tfds

    images, labels = tfds.as_numpy(
        tfds.load("mnist", split=split, batch_size=-1, as_supervised=True)
    )
    x = images.reshape(-1, 784).astype("float32") / 255
    return x, np.eye(10, dtype="float32")[labels]


def _peak_bytes() -> int:
    try:
        with open("/proc/self/status") as status:
            [line] = [line for line in status if line.startswith("VmHWM")]
        return 1024 * int(line.split()[1])
    except FileNotFoundError:
        # Only here: on Linux it includes the process that started this one.
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
