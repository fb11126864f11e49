"""Columns of numbers as inputs of a network."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.number_column import NumberColumn

# Robust scaling brings numbers to between this and its negative.
CLIP = 3.0

# The square of this is still a number of float32.
MOST = 1e18


class NumberEncoding:
    """Scales columns of numbers, all at once.

    Only with operations that XLA, LiteRT and ONNX know.

    Args:
        columns: The columns, complete.
    """

    def __init__(self, columns: Sequence[NumberColumn]) -> None:
        self._fill = np.array([c.filled_with for c in columns], "float32")
        self._clipped = np.array([c.scaling == "robust" for c in columns])
        self._indicated = np.flatnonzero([bool(c.indicator) for c in columns])
        # As `keras.layers.Normalization` does, whose constants are tensors: ONNX would
        # take them for inputs.
        scaled = [c.scaling in ("standard", "robust") for c in columns]
        pairs = list(zip(columns, scaled, strict=True))
        self._center = np.array([c.center if on else 0.0 for c, on in pairs], "float32")
        # Multiplied with, as TensorFlow's graphs would do it, and calls would not.
        self._inverse = np.array(
            [min(1.0 / (c.scale or 1.0), MOST) if on else 1.0 for c, on in pairs],
            "float32",
        )
        self._by_rank = [
            (place, *_lines(c.quantiles))
            for place, c in enumerate(columns)
            if c.scaling == "quantile" and c.quantiles is not None
        ]

    def __call__(self, numbers: Any) -> Any:
        """Returns the inputs of the network.

        Args:
            numbers: float32, `[batch, columns]`, NaN for what is missing.

        Returns:
            float32, `[batch, columns + indicators]`, the indicators last.
        """
        missing = tf.math.is_nan(numbers)
        filled = tf.where(missing, self._fill, numbers)
        scaled = (filled - self._center) * self._inverse
        if self._clipped.any():
            # The square of it is still a number. Division by a square root is written
            # as TensorFlow's graphs do it.
            bounded = tf.clip_by_value(scaled, -MOST, MOST)
            clipped = bounded * tf.math.rsqrt(1.0 + tf.square(bounded * (1.0 / CLIP)))
            scaled = tf.where(self._clipped, clipped, scaled)
        if self._by_rank:
            parts = tf.unstack(scaled, axis=1)
            for place, starts, widths, slopes, lowest in self._by_rank:
                steps = tf.clip_by_value(parts[place][:, None] - starts, 0.0, widths)
                parts[place] = lowest + tf.reduce_sum(steps * slopes, axis=1)
            scaled = tf.stack(parts, axis=1)
        if not len(self._indicated):
            return scaled
        indicators = tf.gather(tf.cast(missing, tf.float32), self._indicated, axis=1)
        return tf.concat([scaled, indicators], axis=1)


def _lines(quantiles: Sequence[float]) -> tuple[np.ndarray, ...]:
    """Returns the lines from quantiles to those of a normal distribution.

    Args:
        quantiles: Numbers in order, at equal distances in rank.

    Returns:
        Where each line starts, how wide and how steep it is, and the least outcome.
    """
    ranks = np.linspace(0, 1, len(quantiles))
    # Not to the infinite: half of the way to the next rank.
    ends = 0.5 / (len(quantiles) - 1)
    normal = [NormalDist().inv_cdf(min(max(r, ends), 1 - ends)) for r in ranks]
    starts, first, counts = np.unique(
        np.asarray(quantiles, "float32"), return_index=True, return_counts=True
    )
    # A number that is many quantiles at once goes to their middle.
    outcomes = np.array(
        [np.mean(normal[f : f + n]) for f, n in zip(first, counts, strict=True)]
    )
    widths = np.diff(starts)
    slopes = np.diff(outcomes) / widths if len(widths) else widths
    return (
        starts[:-1],
        widths,
        slopes.astype("float32"),
        np.array(outcomes[0], "float32"),
    )
