"""Who takes part, on which tables, and how long that takes."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from measuring_tables.contestants import authors
from measuring_tables.fits import Fit
from measuring_tables.tables import TEST_SHARE, Table, find_tables

SPLITS = 5
# With all rows, one fit of TabM to `diamonds` takes longer than ten minutes.
ROWS = 10_000
# About twenty minutes: small tables, or few rows of others.
QUICK_TABLES = ("churn", "concrete", "penguins", "satimage")
QUICK_SPLITS = 2
QUICK_ROWS = 2000

# What takes part, for the record of a run.
PACKAGES = (
    "keras-mlp",
    "keras",
    "tensorflow",
    "numpy",
    "scikit-learn",
    "xgboost",
    "lightgbm",
    "catboost",
    "pytabkit",
    "torch",
)


@dataclasses.dataclass(frozen=True)
class Contestant:
    """Someone who takes part.

    What it takes was found out once, on two cores of a server; a plan is made by it.

    Attributes:
        title: Its name in tables.
        module: Module in `contestants`.
        function: Its maker there.
        start: Seconds of a process that fits to few rows, on two cores.
        per_row: Seconds that a thousand rows more add to it.
        per_class: By which share of these each class beyond two adds to them.
        most: Seconds of a fit that it never exceeds by much.
        is_default: Whether it takes part if nobody is named.
    """

    title: str
    module: str
    function: str
    start: float
    per_row: float
    per_class: float = 0.0
    most: float = float("inf")
    is_default: bool = True

    def seconds(self, table: Table, rows: int) -> float:
        """Returns about how long a fit takes.

        Args:
            table: The table.
            rows: How many of its rows are trained on.
        """
        factor = 1 + self.per_class * max(0, table.classes - 2)
        return self.start + min(self.most, self.per_row * factor * rows / 1000)


CONTESTANTS = {
    "xgboost": Contestant("XGBoost", "trees", "xgboost", 2, 0.05, 0.75),
    "lightgbm": Contestant("LightGBM", "trees", "lightgbm", 2, 0.05, 1),
    "catboost": Contestant("CatBoost", "trees", "catboost", 3, 0.7, 0.4),
    "sklearn-mlp": Contestant("scikit-learn MLP", "scikit_learn", "perceptron", 3, 0.8),
    "mlp": Contestant("keras_mlp MLP", "ours", "perceptron", 9, 0.8),
    "realmlp": Contestant("keras_mlp RealMLP", "ours", "realmlp", 15, 7),
    "realmlp-td-s": Contestant(
        "keras_mlp RealMLP-TD-S", "ours", "realmlp_simple", 15, 5, is_default=False
    ),
    "tabm": Contestant("keras_mlp TabM", "ours", "tabm", 20, 10),
    "tabm-mini": Contestant(
        "keras_mlp TabM-mini", "ours", "tabm_mini", 20, 10, is_default=False
    ),
    "pytabkit-realmlp": Contestant(
        "pytabkit RealMLP-TD", "authors", "realmlp_td", 15, 10
    ),
    "pytabkit-realmlp-td-s": Contestant(
        "pytabkit RealMLP-TD-S",
        "authors",
        "realmlp_td_s",
        15,
        6,
        is_default=False,
    ),
    "pytabkit-tabm": Contestant(
        "pytabkit TabM", "authors", "tabm", 25, 9, most=authors.TABM_SECONDS
    ),
    "pytabkit-tabm-paper": Contestant(
        "pytabkit TabM, 32 x 512",
        "authors",
        "tabm_paper",
        15,
        60,
        most=authors.TABM_SECONDS,
        is_default=False,
    ),
}


@dataclasses.dataclass(frozen=True)
class Plan:
    """The fits of a run, in their order.

    Attributes:
        directory: Where the tables are.
        tables: Which take part.
        contestants: Keys of those who do.
        splits: How many of each table.
        most_rows: How many rows are trained on at most.
    """

    directory: str
    tables: list[Table]
    contestants: list[str]
    splits: int
    most_rows: int

    @property
    def settings(self) -> dict[str, Any]:
        """What makes it the same run as another."""
        return {
            "tables": [table.name for table in self.tables],
            "contestants": self.contestants,
            "splits": self.splits,
            "most_rows": self.most_rows,
        }

    @property
    def fits(self) -> list[Fit]:
        """All fits: first the first split of every table, for all contestants.

        So a run that was stopped has the same splits of all, and a machine that is
        slow for a while is so for all.
        """
        return [
            Fit(table.name, split, contestant, self.directory, self.most_rows)
            for split in range(self.splits)
            for table in self.tables
            for contestant in self.contestants
        ]

    def seconds(self, contestant: str, table: Table) -> float:
        """Returns about how long all fits of a contestant to a table take.

        Args:
            contestant: Key of the contestant.
            table: The table.
        """
        return self.splits * CONTESTANTS[contestant].seconds(table, self._rows(table))

    def describe(self) -> str:
        """Returns what is to be done, and about how long it takes."""
        lines = [
            f"{self.splits} splits of {len(self.tables)} tables, "
            f"{len(self.contestants)} contestants: {len(self.fits)} fits"
        ]
        for table in self.tables:
            seconds = sum(self.seconds(name, table) for name in self.contestants)
            lines.append(
                f"  {table.name:14} {self._rows(table):6,} rows to train on: "
                f"{_minutes(seconds)}"
            )
        total = 0.0
        for name in self.contestants:
            seconds = sum(self.seconds(name, table) for table in self.tables)
            lines.append(f"  {CONTESTANTS[name].title:24} {_minutes(seconds)}")
            total += seconds
        return "\n".join([*lines, f"On two cores of its own: {_minutes(total)}."])

    def _rows(self, table: Table) -> int:
        return min(int(table.rows * (1 - TEST_SHARE)), self.most_rows)


def make_plan(
    directory: str,
    *,
    quick: bool = False,
    tables: Sequence[str] | None = None,
    contestants: Sequence[str] | None = None,
    splits: int | None = None,
    most_rows: int | None = None,
) -> Plan:
    """Returns what is to be done.

    Args:
        directory: Where the tables are.
        quick: Whether it is to take twenty minutes; the other arguments change that.
        tables: Names of tables, `None` for the usual ones.
        contestants: Keys of contestants, `None` for the usual ones.
        splits: How many of each table.
        most_rows: How many rows to train on at most.

    Raises:
        ValueError: If a name is unknown or a file is missing.
    """
    for name in contestants or ():
        if name not in CONTESTANTS:
            raise ValueError(
                f"--contestants must name some of {', '.join(CONTESTANTS)}. Received: "
                f"'{name}'."
            )
    usual = [name for name, of in CONTESTANTS.items() if of.is_default]
    return Plan(
        directory=directory,
        tables=find_tables(directory, tables or (QUICK_TABLES if quick else ())),
        # Each once, whatever was typed.
        contestants=list(dict.fromkeys(contestants or usual)),
        splits=splits or (QUICK_SPLITS if quick else SPLITS),
        most_rows=most_rows or (QUICK_ROWS if quick else ROWS),
    )


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return (
        f"{minutes // 60} h {minutes % 60:2} min" if minutes >= 60 else f"{minutes} min"
    )
