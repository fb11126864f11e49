"""What the quantile transform of a feature looks up."""

from statistics import NormalDist

import numpy as np

# scikit-learn's: ranks are at least so far from 0 and 1.
LEAST_RANK = 1e-7
# What a table has of each quantile: the number, and what float32 leaves of it, for
# quantiles that differ by noise; what exactly this number becomes; its rank, from the
# end that is nearer; by how much the rank grows from there on; and 1 where the nearer
# end is the lower one, else -1.
COLUMNS = 6

_MOST_QUANTILES, _FEWEST_QUANTILES, _ROWS_A_QUANTILE = 1000, 10, 30
_NOISE = 1e-5
# The most noise, in deviations: for numbers that are all very small.
_MOST_NOISE = 1e-3
_NORMAL = NormalDist()


def quantile_tables(data: np.ndarray) -> tuple[np.ndarray, int]:
    """Returns the table of each feature, and how many quantiles there are.

    Args:
        data: Finite numbers, `[rows, features]`.

    Returns:
        float32, `[features, size, COLUMNS]`, the size the least power of two that is
        not below the number of quantiles.
    """
    rows, features = data.shape
    count = min(rows // _ROWS_A_QUANTILE, _MOST_QUANTILES)
    count = max(count, _FEWEST_QUANTILES)
    # Equal numbers are then seldom the same quantile.
    noise = np.random.default_rng(0).normal(0.0, _NOISE, data.shape)
    deviations = data.std(axis=0, dtype="float64")
    noise *= np.minimum(_MOST_NOISE / _NOISE * deviations, 1.0)
    noisy = data + noise.astype(data.dtype)
    quantiles = np.quantile(noisy, np.linspace(0, 1, count), axis=0)
    tables = np.zeros((features, 2 ** (count - 1).bit_length(), COLUMNS))
    tables[:, :, 0] = np.inf
    for feature in range(features):
        different = np.unique(data[:, feature])
        table = (
            _few(different)
            if len(different) < 3
            else _table(np.maximum.accumulate(quantiles[:, feature]))
        )
        tables[feature, : len(table)] = table
    return tables.astype("float32"), count


def _few(numbers: np.ndarray) -> list[tuple[float, ...]]:
    """Returns the table of a constant, or of two numbers."""
    middle = (0.5, 0.0, 1.0)
    if len(numbers) == 1:
        return [(numbers[0], 0.0, 0.0, *middle)]
    return [
        (numbers[0], 0.0, -1.0, *middle),
        (numbers[1], 0.0, 1.0, _NORMAL.cdf(-1.0), 0.0, -1.0),
    ]


def _table(quantiles: np.ndarray) -> np.ndarray:
    edges, first, counts = np.unique(quantiles, return_index=True, return_counts=True)
    rounded = edges.astype("float32").astype("float64")
    ranks = np.linspace(0, 1, len(quantiles))
    begins, ends = ranks[first], ranks[first + counts - 1]
    # What is one with the least or the greatest number has its rank.
    middles = (begins + ends) / 2
    middles[0], middles[-1] = 0.0, 1.0
    growth = np.append((begins[1:] - ends[:-1]) / np.diff(edges), 0.0)
    # Beyond the greatest there is nothing.
    ends[-1] = 1.0
    upper = ends >= 0.5
    at_edges = [
        _NORMAL.inv_cdf(min(max(rank, LEAST_RANK), 1 - LEAST_RANK)) for rank in middles
    ]
    return np.stack(
        [
            rounded,
            edges - rounded,
            at_edges,
            np.where(upper, 1 - ends, ends),
            np.where(upper, -growth, growth),
            np.where(upper, -1.0, 1.0),
        ],
        axis=1,
    )
