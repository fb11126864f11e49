"""Mean and variance of features, gathered batch by batch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.learning.table_batches import rows_in_memory

# Rows of an array that are looked at together: they are copied to float64.
ROWS = 4096


class Moments:
    """Mean and variance of each feature of the batches seen so far.

    In float64, by the pairwise formula of Chan, Golub and LeVeque (1979), which
    loses no digits where the mean is large.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.inputs.moments import Moments

    moments = Moments()
    moments.update(np.array([[1.0], [2.0]]))
    moments.update(np.array([[6.0]]))
    mean, variance = moments.result()
    assert mean == [3.0]
    np.testing.assert_allclose(variance, [14 / 3])
    ```
    """

    def __init__(self) -> None:
        self._total: Any = 0.0
        self._squares: Any = 0.0
        self._mean: Any = 0.0

    def update(self, values: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            values: `[examples, ..., features]`.
            sample_weight: How often each example counts, `[examples]`. Defaults to
                once.
        """
        values = np.asarray(values, dtype="float64")
        rows = values.reshape(-1, values.shape[-1])
        weights = np.ones(len(values)) if sample_weight is None else sample_weight
        # Several rows of an example, in a sequence say, share its weight.
        weights = np.repeat(
            np.asarray(weights, dtype="float64"), len(rows) // max(1, len(values))
        )
        total = weights.sum()
        if not total:
            return
        # What is not finite is found in the end.
        with np.errstate(invalid="ignore", over="ignore"):
            mean = weights @ rows / total
            shift = mean - self._mean
            share = total / (self._total + total)
            self._squares = (
                self._squares
                + weights @ np.square(rows - mean)
                + np.square(shift) * self._total * share
            )
            self._mean = self._mean + shift * share
            self._total = self._total + total

    def result(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns mean and variance of each feature, not corrected for bias.

        Raises:
            ValueError: If there was no example, or a value is not finite.
        """
        if not self._total:
            raise ValueError(
                "There must be an example to standardise with. Received: data without "
                "any, or of weight 0 only."
            )
        if not np.all(np.isfinite(self._squares)):
            features = np.flatnonzero(~np.isfinite(self._squares)).tolist()
            raise ValueError(
                "The data to standardise with must be finite. Received: NaN or "
                f"infinity in the features {features[:10]}. Drop or fill them in."
            )
        return self._mean, self._squares / self._total


def batches_of(x: Any, y: Any = None, sample_weight: Any = None) -> Iterator[tuple]:
    """Yields `(x, y, sample_weight)` batches of arrays or of a data set.

    Args:
        x: Array, `[examples, ..., features]`, or a batched `tf.data.Dataset` of `x`,
            `(x, y)` or `(x, y, sample_weight)`.
        y: Array, `[examples, ...]`, or `None`; with a data set `None`.
        sample_weight: `[examples]`, or `None`; with a data set `None`.

    Raises:
        ValueError: If `y` or `sample_weight` comes beside a data set, or the numbers
            of examples differ.
    """
    if isinstance(x, tf.data.Dataset):
        if y is not None or sample_weight is not None:
            raise ValueError(
                "A data set brings its own targets and weights. Received: a "
                "tf.data.Dataset with `y` or `sample_weight` beside it. Pass the data "
                "set alone."
            )
        for batch in x.as_numpy_iterator():
            parts = batch if isinstance(batch, tuple) else (batch,)
            yield (*parts, None, None)[:3]
        return
    x, y, sample_weight = (
        None if part is None else np.asarray(part) for part in (x, y, sample_weight)
    )
    sizes = [len(part) for part in (x, y, sample_weight) if part is not None]
    if len(set(sizes)) > 1:
        raise ValueError(
            "`x`, `y` and `sample_weight` must hold equally many examples. "
            f"Received: {sizes}."
        )
    for start in range(0, sizes[0], ROWS):
        chosen = slice(start, start + ROWS)
        yield tuple(
            None if part is None else part[chosen] for part in (x, y, sample_weight)
        )


def targets_of(x: Any, y: Any, sample_weight: Any = None) -> Iterator[tuple]:
    """Yields `(y, sample_weight)` batches of the targets beside a table.

    Args:
        x: A table, whose columns are not read; or a batched `tf.data.Dataset`.
        y: Targets, `[examples]` or `[examples, outputs]`; with a data set `None`.
        sample_weight: `[examples]`, or `None`; with a data set `None`.

    Raises:
        ValueError: If there are no targets.
    """
    at_hand = rows_in_memory(x)
    if at_hand is not None:
        x, y = (*at_hand, None)[:2]
    if isinstance(x, tf.data.Dataset):
        batches = batches_of(x, y, sample_weight)
    elif y is None:
        raise no_targets(y)
    else:
        batches = batches_of(y, y, sample_weight)
    for _, targets, weights in batches:
        if targets is None:
            raise no_targets(y)
        yield targets, weights


def no_targets(y: Any) -> ValueError:
    """Returns the error for an `adapt` that would standardise targets, without any.

    Args:
        y: What was passed.
    """
    return ValueError(
        "`adapt` needs the targets too, to standardise them. Received: "
        f"y={y!r}. Pass `adapt(x, y)`, or a data set of `(x, y)`."
    )
