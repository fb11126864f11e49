"""Small tables with everything that may go wrong in a column."""

import dataclasses

import numpy as np

ROWS = 48
# How many categories the columns have; a code of 0 says that the value is missing.
CATEGORIES = (2, 5, 8, 9, 12)
CLASSES = 3


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows of a table.

    Attributes:
        numbers: `(rows, 5)`: normal, skewed, mostly one value, constant, two clusters.
        categories: `(rows, 5)`, codes from 0, which is a missing one.
        classes: `(rows,)`.
        targets: `(rows,)`.
    """

    numbers: np.ndarray
    categories: np.ndarray
    classes: np.ndarray
    targets: np.ndarray


def make_table(seed: int, rows: int = ROWS) -> Table:
    """Returns a random table.

    Args:
        seed: Of the random numbers.
        rows: How many.
    """
    random = np.random.default_rng(seed)
    normal = random.normal(size=rows)
    numbers = np.stack(
        [
            normal,
            np.exp(2 * random.normal(size=rows)),
            np.where(random.uniform(size=rows) < 0.15, random.normal(size=rows), 1.5),
            np.full(rows, 7.0),
            np.where(normal > 0, 100.0, -20.0) + random.normal(size=rows),
        ],
        axis=1,
    ).astype(np.float32)
    categories = np.stack(
        [random.integers(1, size + 1, rows) for size in CATEGORIES], axis=1
    )
    # Every category is there; some are missing.
    for column, size in enumerate(CATEGORIES):
        categories[:size, column] = np.arange(1, size + 1)
        categories[size + 1, column] = 0
    classes = random.integers(0, CLASSES, rows)
    classes[:CLASSES] = np.arange(CLASSES)
    targets = (50 + 20 * random.normal(size=rows)).astype(np.float32)
    return Table(numbers, categories, classes, targets)
