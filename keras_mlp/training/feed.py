"""How batches reach the program that takes their steps."""

import dataclasses
from typing import Any, Protocol


class Preprocess(Protocol):
    """What makes batches of uint8 images and labels: `BatchPreprocessing` does."""

    def __call__(self, images: Any, labels: Any, *weights: Any) -> tuple[Any, ...]:
        """Returns inputs and targets, and sample weights where there are some."""

    def targets(self, labels: Any) -> Any:
        """Returns what the loss compares with outputs."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Feed:
    """How batches reach the program that takes their steps.

    Args:
        steps: Elements of the data set that Keras takes for one execution.
        joined: Number of batches in an element.
        batch_size: Examples in a batch, where elements hold more than one.
        all_full: Whether all batches have that many.
        preprocess: What is done to a batch inside the program, if anything is.
        replicas: Number of replicas that share a batch. `None` is all there are.
    """

    steps: int = 1
    joined: int = 1
    batch_size: int | None = None
    all_full: bool = False
    preprocess: Preprocess | None = None
    replicas: int | None = None
