"""What a contestant is asked to do."""

import dataclasses
from typing import Any

NETWORKS = {
    "N1": (784, 256, 128, 10),
    "N8": (784, 512, 10),
    "4x1024": (784, 1024, 1024, 1024, 1024, 10),
    "2x4096": (784, 4096, 4096, 10),
    # Tables of scikit-learn, and the only hidden layer that its perceptron has.
    "breast_cancer": (30, 100, 2),
    "digits": (64, 100, 10),
}
LEARNING_RATE = 1e-3

# Side of the square matrices whose product gives the machine's rate.
MATRIX_SIDE = 4096


@dataclasses.dataclass(frozen=True)
class Workload:
    """A network and the data that it sees in a turn.

    Args:
        network: A key of `NETWORKS`.
        batch_size: Examples in a batch.
        examples: Examples in an epoch, or to predict.
        task: `"train"` an epoch, `"predict"` for all examples, `"latency"` of
            predicting for one batch, or `"estimator"`, a `fit` of 200 epochs.
    """

    network: str
    batch_size: int
    examples: int
    task: str = "train"

    @property
    def name(self) -> str:
        """What the workload is called in the results."""
        return f"{self.task} {self.network}, batch {self.batch_size}"

    @property
    def widths(self) -> tuple[int, ...]:
        """Number of inputs, and of the units of each layer."""
        return NETWORKS[self.network]

    @property
    def squared_error(self) -> bool:
        """Whether the loss is the squared error against one-hot labels.

        Otherwise it is the cross-entropy of a softmax against integers.
        """
        return self.network == "N1"

    @property
    def products(self) -> list[tuple[int, int]]:
        """Number of inputs and outputs of each layer."""
        return list(zip(self.widths[:-1], self.widths[1:], strict=True))

    @property
    def operations(self) -> int:
        """Floating-point operations of the matrix products of an epoch of training.

        A product forward and two backward, for the gradients of kernel and input; those
        of the images are not needed.
        """
        total = sum(3 * inputs * outputs for inputs, outputs in self.products)
        first = self.products[0][0] * self.products[0][1]
        return 2 * self.examples * (total - first)

    def batches(self) -> list[slice]:
        """Returns the examples of each batch, in order; the last may have fewer."""
        starts = range(0, self.examples, self.batch_size)
        return [
            slice(start, min(start + self.batch_size, self.examples))
            for start in starts
        ]

    def to_json(self) -> dict[str, Any]:
        """Returns what `Workload(**...)` makes the same of."""
        return dataclasses.asdict(self)
