"""Which rows of a table are for training, for validation and for the test."""

from typing import Any

import numpy as np

from keras_mlp.validation import check_number


def part_sizes(rows: int, validation_size: Any, test_size: Any) -> tuple[int, int]:
    """Returns the numbers of rows for validation and for the test.

    Args:
        rows: Number of rows.
        validation_size: Share of the rows, from 0 to 1.
        test_size: Share of the rows, above 0.

    Raises:
        ValueError: If these are no such shares, or leave a part without rows.
    """
    validation = check_number("validation_size", validation_size, 0)
    test = check_number("test_size", test_size, 0)
    if test == 0 or validation + test >= 1:
        raise ValueError(
            "Arguments `validation_size` and `test_size` must be shares that leave "
            "rows for training, and `test_size` above 0. Received: "
            f"validation_size={validation_size!r}, test_size={test_size!r}. Pass for "
            "example 0.1 and 0.2."
        )
    sizes = tuple(round(rows * share) for share in (validation, test))
    if not sizes[1] or (validation and not sizes[0]) or sum(sizes) >= rows:
        raise ValueError(
            "Arguments `validation_size` and `test_size` must leave rows in each part. "
            f"Received: {validation:g} and {test:g} of {rows} rows. Pass other shares, "
            "or more rows."
        )
    return sizes[0], sizes[1]


def random_parts(
    rows: int, sizes: tuple[int, int], seed: int, strata: np.ndarray | None
) -> np.ndarray:
    """Returns the part of each row: 0 for training, 1 for validation, 2 for the test.

    Args:
        rows: Number of rows.
        sizes: Numbers of rows of parts 1 and 2.
        seed: Fixes the choice.
        strata: int array `[rows]`; each part has its share of the rows of each number.
            Defaults to none.
    """
    order = np.random.default_rng(seed).permutation(rows)
    if strata is None:
        in_order = np.repeat(
            np.array([2, 1, 0], np.int8), [sizes[1], sizes[0], rows - sum(sizes)]
        )
    else:
        # One class after the other: of each, the parts take rows at even distances.
        order = order[np.argsort(strata[order], kind="stable")]
        in_order = _evenly(rows, sizes)
    parts = np.empty(rows, np.int8)
    parts[order] = in_order
    return parts


def group_parts(groups: np.ndarray, sizes: tuple[int, int], seed: int) -> np.ndarray:
    """Returns the part of each row, the same for all rows of a group.

    Args:
        groups: int array `[rows]`.
        sizes: About the numbers of rows of parts 1 and 2: whole groups are taken, in
            an order of chance, until there are as many.
        seed: Fixes that order.

    Raises:
        ValueError: If there are too few groups.
    """
    counts = np.bincount(groups)
    order = np.random.default_rng(seed).permutation(len(counts))
    part_of = np.zeros(len(counts), np.int8)
    start = 0
    # Each part has a group at least.
    parts = [(part, size) for part, size in ((2, sizes[1]), (1, sizes[0])) if size]
    for others, (part, size) in zip(range(len(parts), 0, -1), parts, strict=True):
        sums = np.cumsum(counts[order[start:]])
        stop = start + 1 + int(np.searchsorted(sums, size))
        stop = min(stop, len(counts) - others)
        part_of[order[start:stop]] = part
        start = stop
    if len(counts) <= len(parts):
        raise ValueError(
            "Argument `group` must name a column with enough groups for each part. "
            f"Received: {len(counts)} groups, the largest of {counts.max():,} rows. "
            "Pass other shares, or another column."
        )
    return part_of[groups]


def time_parts(times: np.ndarray, sizes: tuple[int, int]) -> np.ndarray:
    """Returns the part of each row: the last are the test, those before validation.

    Args:
        times: Array `[rows]` that can be sorted.
        sizes: Numbers of rows of parts 1 and 2.
    """
    parts = np.empty(len(times), np.int8)
    rows = len(times)
    parts[np.argsort(times, kind="stable")] = np.repeat(
        np.array([0, 1, 2], np.int8), [rows - sum(sizes), *sizes]
    )
    return parts


def _evenly(rows: int, sizes: tuple[int, int]) -> np.ndarray:
    """Returns parts of which any stretch of rows holds its share."""
    numbers = (rows - sum(sizes), *sizes)
    distances = np.concatenate([(np.arange(n) + 0.5) / n for n in numbers if n])
    labels = np.repeat(np.arange(3, dtype=np.int8), numbers)
    return labels[np.argsort(distances, kind="stable")]
