"""A run: `python -m benchmarking.accuracy.run CONTESTANT SETTING SEED IMAGES EPOCHS T`.

IMAGES and EPOCHS are how many at most, 0 for all; T is when the process was started.
"""

import dataclasses
import importlib
import os
import sys

from benchmarking.accuracy.clock import Clock
from benchmarking.accuracy.settings import CONTESTANTS, SETTINGS


def main() -> None:
    """Trains, and prints a line of JSON after each epoch."""
    # What frameworks print must not end up among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    contestant, name, seed, images, epochs, began = sys.argv[1:]
    module, function = CONTESTANTS[contestant]
    setting = SETTINGS[name]
    most = int(epochs) or setting.epochs
    setting = dataclasses.replace(setting, epochs=min(setting.epochs, most))
    train = getattr(
        importlib.import_module(f"benchmarking.accuracy.{module}"), function
    )
    train(setting, Clock(float(began), int(images) or None, int(seed), answers))


if __name__ == "__main__":
    main()
