"""The clock of a run, and what it says after each epoch."""

import json
import time
from collections.abc import Callable
from typing import Any, TextIO

import numpy as np

from benchmarking import examples
from benchmarking.accuracy.settings import LEVELS, LIMIT


class Clock:
    """Tells seconds since the process began and since its first step.

    It stands still while the test images are read: what that takes is no training.

    Args:
        began: When the process was started, as `time.time` says.
        count: Images to train on, `None` for all.
        seed: What random numbers are drawn from.
        answers: Where results go to, a line of JSON for each epoch.
    """

    def __init__(
        self, began: float, count: int | None, seed: int, answers: TextIO
    ) -> None:
        self.seed = seed
        self._began = began
        self._count = count
        self._answers = answers
        self._first: float | None = None
        self._testing = 0.0
        self._epochs = 0
        self._test: Any = None

    def images(self, split: str = "train") -> tuple[np.ndarray, np.ndarray]:
        """Returns images as float32 from 0 to 1, and labels as int64."""
        images, labels = examples.of_split(
            split, self._count if split == "train" else None
        )
        return images.astype("float32") / 255, labels.astype("int64")

    def start(self) -> None:
        """Says that the first step comes now."""
        self._first = time.time()

    def ends_epoch(self, classify: Callable[[np.ndarray], np.ndarray]) -> bool:
        """Takes down an epoch, and returns whether there is nothing more to reach.

        Args:
            classify: Returns outputs for images, a column for each class.
        """
        now = time.time()
        assert self._first is not None
        seconds = now - self._began - self._testing
        if self._test is None:
            self._test = self.images("test")
        images, labels = self._test
        accuracy = float(np.mean(np.argmax(classify(images), axis=-1) == labels))
        self._epochs += 1
        answer = {
            "epoch": self._epochs,
            "accuracy": accuracy,
            "seconds": seconds,
            "since_first_step": now - self._first - self._testing,
        }
        print(json.dumps(answer), file=self._answers, flush=True)
        self._testing += time.time() - now
        return accuracy >= LEVELS[-1] or seconds > LIMIT
