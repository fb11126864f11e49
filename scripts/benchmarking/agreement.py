"""Checks that ours and stock Keras do the same: `python -m benchmarking.agreement N`.

Both train N1 on N examples for an epoch in file order, from the same weights; prints
the largest difference between their weights after it.
"""

import json
import sys
from typing import Any

import keras
import numpy as np

from benchmarking import examples
from benchmarking.contestants import keras_fit, ours, stock_keras
from benchmarking.workload import Workload

ALLOWED = 1e-5


class _StopAfterOne(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = True


def main() -> None:
    """Prints the difference."""
    workload = Workload("N1", 128, int(sys.argv[1]))
    x, y = examples.arrays(workload)
    models = [stock_keras.network(workload), ours.network(workload, seed=0)]
    initial = models[1].get_weights()
    for model in models:
        model.set_weights(initial)
        keras_fit.compile_model(model, workload)
        model.fit(
            x,
            y,
            batch_size=workload.batch_size,
            # As where it is timed: see there.
            epochs=keras_fit.MANY_EPOCHS,
            shuffle=False,
            verbose=0,
            callbacks=[_StopAfterOne()],
        )
    differences = [
        float(np.max(np.abs(one - other)))
        for one, other in zip(*(m.get_weights() for m in models), strict=True)
    ]
    moved = max(
        float(np.max(np.abs(one - other)))
        for one, other in zip(models[1].get_weights(), initial, strict=True)
    )
    found = {"largest_difference": max(differences), "largest_change": moved}
    print(json.dumps({**found, "allowed": ALLOWED}))


if __name__ == "__main__":
    main()
