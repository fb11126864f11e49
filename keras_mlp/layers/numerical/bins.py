"""Bins of numbers: their edges, and the position of a number in each."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def quantile_edges(data: np.ndarray, bins: int) -> list[list[float]]:
    """Returns edges of bins that hold about as many numbers, for each feature.

    Quantiles that are equal are one edge.

    Args:
        data: `[examples, features]`.
        bins: The most bins of a feature.

    Raises:
        ValueError: If the data are of another shape, have no rows or are not finite.
    """
    numeric = data.dtype.kind in "fiub"
    if not numeric or data.ndim != 2 or not len(data) or not np.isfinite(data).all():
        raise ValueError(
            "Argument `data` must be an array of finite numbers, (examples, features), "
            f"with a row at least. Received: shape {data.shape}, dtype {data.dtype}. "
            "Fill in what is missing, or leave such rows out."
        )
    ranks = np.linspace(0, 1, bins + 1)
    quantiles = np.quantile(data, ranks, axis=0).astype("float32").T
    return [_at_least_one_bin(np.unique(feature)) for feature in quantiles]


def checked_edges(edges: Any) -> list[list[float]]:
    """Returns edges as lists of numbers.

    Args:
        edges: What the caller passed.

    Raises:
        ValueError: If a feature has fewer than two, or they do not increase.
    """
    try:
        arrays = [np.asarray(feature, "float64") for feature in edges]
    except (TypeError, ValueError):
        arrays = []
    right = arrays and all(
        feature.ndim == 1
        and len(feature) > 1
        and np.isfinite(feature).all()
        and (np.diff(feature.astype("float32")) > 0).all()
        for feature in arrays
    )
    if not right:
        raise ValueError(
            "Argument `edges` must hold a list for each feature, of at least two "
            f"numbers, each above the one before. Received: edges={edges!r}. Pass for "
            "example [[0.0, 0.5, 2.0]], or call `adapt`."
        )
    return [feature.tolist() for feature in arrays]


def bin_arrays(edges: Sequence[Sequence[float]]) -> tuple[np.ndarray, ...]:
    """Returns what the share of each bin is computed with.

    The last bin of each feature has the last place, and places between are left free
    by features with fewer bins. This is the order of `rtdl_num_embeddings`.

    Args:
        edges: Edges of the bins of each feature.

    Returns:
        float32, `[features, bins]` each: where a bin starts; the inverse of its width,
        0 in free places; the least and the most that its share may be.
    """
    shape = (len(edges), max(map(len, edges)) - 1)
    starts, inverse, least = (np.zeros(shape, "float32") for _ in range(3))
    most = np.ones(shape, "float32")
    for place, feature in enumerate(edges):
        borders = np.asarray(feature, "float64")
        bins = len(borders) - 1
        places = [*range(bins - 1), shape[1] - 1]
        starts[place, places] = borders[:-1]
        inverse[place, places] = 1 / np.diff(borders)
        # Beyond the outermost edges, numbers are told apart as well.
        least[place, places[0]] = -np.inf
        most[place, -1] = np.inf
    return starts, inverse, least, most


def _at_least_one_bin(edges: np.ndarray) -> list[float]:
    if len(edges) == 1:
        # A constant. What differs from it later is told by how much.
        edges = np.array([edges[0], edges[0] + max(1.0, abs(edges[0]))], "float32")
    return edges.tolist()
