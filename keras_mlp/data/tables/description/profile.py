"""Looking at every value of a table once, block by block."""

from collections.abc import Sequence
from typing import Any

from keras_mlp.data.tables.description.column_description import ColumnDescription
from keras_mlp.data.tables.sources.source import Source

# Different values of a column are counted up to here.
MOST_DIFFERENT = 10_000

_EXAMPLES = 3


class Profile:
    """What the columns of a table hold.

    Args:
        source: The table.
        names: The columns that are looked at.

    Attributes:
        rows: Number of rows.
        columns: What each column holds.
        different: The different values of each column, in the order in which they
            came, as `pyarrow` arrays; no more than 10,001.
        first_missing: Row of each column's first missing value, from 1 on.
        bytes: About how much memory the columns take as tensors.
    """

    def __init__(self, source: Source, names: Sequence[str]) -> None:
        looks = {name: _Look(source.types[name]) for name in names}
        self.rows = 0
        for block in source.blocks(names):
            for name, look in looks.items():
                look.at(block[name], self.rows)
            self.rows += len(block)
        self.columns = {name: look.description(name) for name, look in looks.items()}
        self.different = {name: look.different for name, look in looks.items()}
        self.first_missing = {name: look.first_missing for name, look in looks.items()}
        self.bytes = sum(look.bytes for look in looks.values())


class _Look:
    """What has been seen of a column.

    Args:
        kind: Its `pyarrow` type.
    """

    def __init__(self, kind: Any) -> None:
        import pyarrow

        self.kind = kind
        self.type = type_name(kind)
        self.missing = 0
        self.first_missing: int | None = None
        self.different = pyarrow.array([], kind)
        self.range: tuple[Any, Any] | None = None
        self.bytes = 0

    def at(self, values: Any, rows: int) -> None:
        """Looks at the values of a block.

        Args:
            values: Array of `pyarrow`.
            rows: Number of rows before it.
        """
        import pyarrow
        from pyarrow import compute

        text = self.type == "text"
        # What TensorFlow takes for a text, beside its characters.
        self.bytes += values.nbytes + 24 * len(values) if text else 4 * len(values)
        missing = compute.is_null(values, nan_is_null=True)
        if text:
            missing = compute.or_(
                missing, compute.fill_null(compute.equal(values, ""), False)
            )
        count = compute.sum(missing).as_py() or 0
        if count:
            if self.first_missing is None:
                self.first_missing = rows + compute.index(missing, True).as_py() + 1
            self.missing += count
            values = values.filter(compute.invert(missing))
        if self.type == "missing" or not len(values):
            return
        if self.type not in ("text", "boolean"):
            found = compute.min_max(values).as_py()
            ranges = [
                (found["min"], found["max"]),
                *([self.range] if self.range else []),
            ]
            self.range = (min(low for low, _ in ranges), max(top for _, top in ranges))
        if len(self.different) <= MOST_DIFFERENT:
            here = compute.unique(values)
            if isinstance(here, pyarrow.ChunkedArray):
                here = here.combine_chunks()
            both = compute.unique(pyarrow.concat_arrays([self.different, here]))
            self.different = both.slice(0, MOST_DIFFERENT + 1)

    def description(self, name: str) -> ColumnDescription:
        """Returns what was seen.

        Args:
            name: Name of the column.
        """
        ends = self.range
        if ends is not None and self.type == "date":
            ends = (str(ends[0]), str(ends[1]))
        elif ends is not None:
            ends = (float(ends[0]), float(ends[1]))
        return ColumnDescription(
            name=name,
            type=self.type,
            missing=self.missing,
            different=len(self.different),
            range=ends,
            examples=tuple(
                str(value) for value in self.different.slice(0, _EXAMPLES).to_pylist()
            ),
        )


def type_name(kind: Any) -> str:
    """Returns what a column of a type of `pyarrow` is called.

    Args:
        kind: The type.
    """
    from pyarrow import types

    for test, name in (
        (types.is_null, "missing"),
        (types.is_boolean, "boolean"),
        (types.is_integer, "integer"),
        (types.is_floating, "number"),
        (types.is_decimal, "number"),
        (types.is_duration, "duration"),
        (types.is_date, "date"),
        (types.is_timestamp, "date"),
    ):
        if test(kind):
            return name
    return "text"
