"""The tables, and how each is divided."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

TEST_SHARE = 0.3


@dataclasses.dataclass(frozen=True)
class Table:
    """A table that is predicted from.

    Attributes:
        name: Name of the file `name.csv.gz`, whose last column is the target.
        rows: How many it has.
        classes: How many classes the target has; 0 for numbers.
    """

    name: str
    rows: int
    classes: int

    @property
    def measure(self) -> str:
        """What an error is."""
        return "share of wrong answers" if self.classes else "RMSE"


TABLES = {
    table.name: table
    for table in (
        Table("ames", 2930, 0),
        Table("churn", 5000, 2),
        Table("concrete", 1030, 0),
        Table("credit_status", 4454, 2),
        Table("diamonds", 53940, 0),
        Table("german_credit", 1000, 2),
        Table("letter", 20000, 26),
        Table("magic", 19020, 2),
        Table("penguins", 344, 3),
        Table("satimage", 6435, 6),
        Table("splice", 3190, 3),
    )
}


@dataclasses.dataclass(frozen=True)
class Split:
    """A table in two parts. Classes are integers from 0.

    Attributes:
        train: Columns to learn from: numbers, and pandas' categories.
        train_targets: What belongs to them.
        test: Columns to predict from.
        test_targets: What belongs to them.
    """

    train: pd.DataFrame
    train_targets: np.ndarray
    test: pd.DataFrame
    test_targets: np.ndarray


def find_tables(directory: str, chosen: Sequence[str]) -> list[Table]:
    """Returns the chosen tables, once it is known that all are there.

    Args:
        directory: Where the files are.
        chosen: Names; none for all tables.

    Raises:
        ValueError: If a name is unknown, or a file is missing.
    """
    for name in chosen:
        if name not in TABLES:
            raise ValueError(
                f"--tables must name some of {', '.join(TABLES)}. Received: '{name}'."
            )
    tables = [TABLES[name] for name in chosen or TABLES]
    for table in tables:
        if not _path(directory, table).is_file():
            raise ValueError(
                f"DIRECTORY must hold {table.name}.csv.gz. Received: '{directory}', "
                "where it is not. Name where the tables are, or choose others with "
                "--tables."
            )
    return tables


def load_split(
    directory: str, table: Table, seed: int, most_rows: int | None = None
) -> Split:
    """Returns a table in two parts, the same for all who ask.

    Args:
        directory: Where the files are.
        table: Which.
        seed: Fixes which rows are in which part. Classes are as frequent in both.
        most_rows: How many rows to train on at most, `None` for all.

    Raises:
        ValueError: If the file cannot be read.
    """
    try:
        # An "NA" or a "None" may be a category. What is missing is empty.
        frame = pd.read_csv(
            _path(directory, table), keep_default_na=False, na_values=[""]
        )
    except (OSError, ValueError) as error:
        raise ValueError(f"{table.name}.csv.gz cannot be read: {error}") from error
    columns, targets = frame.iloc[:, :-1].copy(), frame.iloc[:, -1].to_numpy()
    for name in columns.columns[~columns.dtypes.map(pd.api.types.is_numeric_dtype)]:
        columns[name] = columns[name].astype("category")
    if table.classes:
        targets = np.unique(targets, return_inverse=True)[1]

    def divide(rows: np.ndarray, **size: float) -> list[np.ndarray]:
        stratify = targets[rows] if table.classes else None
        return train_test_split(rows, random_state=seed, stratify=stratify, **size)

    train, test = divide(np.arange(len(columns)), test_size=TEST_SHARE)
    if most_rows is not None and most_rows < len(train):
        train, _ = divide(train, train_size=most_rows)
    return Split(columns.iloc[train], targets[train], columns.iloc[test], targets[test])


def error_of(table: Table, predicted: np.ndarray, targets: np.ndarray) -> float:
    """Returns the share of wrong answers, or the root of the mean squared error.

    Args:
        table: Which.
        predicted: Classes or numbers.
        targets: What they should be.
    """
    # CatBoost gives a column.
    predicted = np.asarray(predicted).reshape(targets.shape)
    if table.classes:
        return float(np.mean(predicted != targets))
    return float(np.sqrt(np.mean(np.square(predicted - targets))))


def _path(directory: str, table: Table) -> Path:
    return Path(directory) / f"{table.name}.csv.gz"
