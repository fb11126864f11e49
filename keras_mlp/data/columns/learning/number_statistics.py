"""What is learnt of a column of numbers."""

import numpy as np

from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.number_column import NumberColumn

# Up to so many numbers, quartiles are exact; of more, they are those of a sample.
SAMPLE = 100_000
QUANTILES = 128

# Robust scaling is chosen where a number lies farther from the mean, in deviations.
FAR = 8.0


class NumberStatistics:
    """Mean, deviation and quantiles of numbers that come in batches.

    Mean and variance are added up by the formula of Chan, Golub and LeVeque (1979), in
    float64. Quantiles are those of a random sample of 100,000 numbers, by Vitter's
    algorithm R (1985).

    Args:
        seed: Fixes the sample.
    """

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._sample = np.empty(0)
        self._count = 0
        self._mean = 0.0
        self._squares = 0.0
        self.missing = 0
        self.least, self.most = np.inf, -np.inf
        self._binary = True

    def update(self, values: np.ndarray) -> None:
        """Adds a batch.

        Args:
            values: Numbers, NaN for what is missing.
        """
        there = values[~np.isnan(values)].astype("float64")
        self.missing += len(values) - len(there)
        # Infinity has no mean; it counts as the farthest of the others.
        there = there[np.isfinite(there)]
        if not len(there):
            return
        self._take(there)
        mean, total = there.mean(), self._count + len(there)
        shift = mean - self._mean
        self._squares += np.square(there - mean).sum()
        self._squares += shift**2 * self._count * len(there) / total
        self._mean += shift * len(there) / total
        self._count = total
        self.least = min(self.least, there.min())
        self.most = max(self.most, there.max())
        self._binary = self._binary and bool(np.isin(there, (0, 1)).all())

    def _take(self, there: np.ndarray) -> None:
        """Keeps each number so far in the sample with the same probability."""
        free = SAMPLE - len(self._sample)
        self._sample = np.concatenate([self._sample, there[:free]])
        others = there[max(free, 0) :]
        if len(others):
            ranks = self._count + max(free, 0) + np.arange(1, len(others) + 1)
            places = np.floor(self._random.random(len(others)) * ranks).astype("int64")
            kept = places < SAMPLE
            self._sample[places[kept]] = others[kept]

    @property
    def is_empty(self) -> bool:
        """Whether all numbers are missing."""
        return self._count == 0

    def completed(self, column: Column | None, scaling: str) -> Column:
        """Returns the column with what was learnt.

        Args:
            column: What is given of it, if anything.
            scaling: How it is scaled unless that is given; `"auto"` chooses.
        """
        if column is None and self._binary and scaling == "auto":
            column = BooleanColumn()
        if isinstance(column, BooleanColumn):
            return column.completed(indicator=self.missing > 0)
        assert isinstance(column, NumberColumn | None)
        column = column or NumberColumn()
        deviation = np.sqrt(self._squares / max(1, self._count))
        if scaling == "auto":
            far = max(self.most - self._mean, self._mean - self.least)
            scaling = "robust" if far > FAR * deviation else "standard"
        column = column.completed(
            scaling=scaling,
            indicator=self.missing > 0,
            # As the data wrote it: 32.1, and not the float64 next to its float32.
            minimum=float(str(np.float32(self.least))),
            maximum=float(str(np.float32(self.most))),
        )
        center, scale = self._mean, deviation
        if column.scaling == "robust":
            low, center, high = np.quantile(self._sample, (0.25, 0.5, 0.75))
            scale = high - low or (self.most - self.least) / 2
        if column.scaling == "quantile":
            ranks = np.linspace(0, 1, QUANTILES)
            return column.completed(
                quantiles=np.quantile(self._sample, ranks).tolist(),
                fill=float(np.median(self._sample)),
            )
        if column.scaling == "none":
            return column.completed(fill=float(self._mean))
        # A constant has no deviation but rounding, which would blow others up.
        constant = scale <= abs(center) * np.finfo("float32").eps
        return column.completed(
            center=float(center), scale=1.0 if constant else float(scale)
        )
