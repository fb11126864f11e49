"""Finding the types of columns of text, over a whole file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Values that are tried before all of a block are.
_FEW = 64

# What a caller may say that a column holds.
WANTED_TYPES = ("number", "text", "date")


class NotANumber(NamedTuple):
    """The first value that makes a column text.

    Args:
        row: Its row, counted from 1 without the line of names.
        value: What it is.
    """

    row: int
    value: str


class ColumnTypes:
    """The types that all values of each column have.

    Args:
        path: The file, for messages.
        names: Its columns.
        decimal: The mark before the decimals of a number.
        wanted: What columns have to hold, of `WANTED_TYPES`, by name. Defaults to
            whatever they do.
    """

    def __init__(
        self,
        path: Path,
        names: Sequence[str],
        decimal: str = ".",
        wanted: Mapping[str, str] | None = None,
    ) -> None:
        import pyarrow

        self.rows = 0
        self._decimal = decimal
        self._wanted = wanted or {}
        numbers = [pyarrow.int64(), pyarrow.float64(), pyarrow.bool_()]
        dates = [pyarrow.date32(), pyarrow.timestamp("us")]
        # The first that is left is taken.
        candidates = {
            None: [*numbers, *dates],
            "number": numbers,
            "date": dates,
            "text": [],
        }
        self._possible = {
            name: list(candidates[self._wanted.get(name)]) for name in names
        }
        self._paths = dict.fromkeys(names, path)
        self._seen = dict.fromkeys(names, False)
        self._culprits: dict[str, NotANumber] = {}

    def look_at(self, block: Any) -> None:
        """Leaves the types that the values of one more block have.

        Args:
            block: Record batch or table of text.
        """
        import pyarrow

        for name, possible in self._possible.items():
            values = block[name]
            if values.null_count == len(values):
                continue
            self._seen[name] = True
            # Arrow notes every value that does not fit: slow where none does.
            few = values.drop_null().slice(0, _FEW)
            left = [
                kind
                for kind in possible
                if _fits(few, kind, self._decimal)
                and _fits(values, kind, self._decimal)
            ]
            if possible and not left:
                numbers = pyarrow.float64() in possible
                kind = pyarrow.float64() if numbers else possible[-1]
                row, value = _first_misfit(values, kind, self._decimal)
                self._culprits[name] = NotANumber(self.rows + row + 1, value)
                self._refuse_unless_text(name)
            self._possible[name] = left
        self.rows += len(block)

    def _refuse_unless_text(self, name: str) -> None:
        wanted = self._wanted.get(name, "text")
        if wanted != "text":
            row, value = self._culprits[name]
            raise ValueError(
                f"Column {name!r} of '{self._paths[name]}' must hold {wanted}s. "
                f"Received: {value!r} in row {row}, counted from 1 after the line of "
                "names. Correct it, or leave it empty."
            )

    def types(self) -> dict[str, Any]:
        """Returns the type of each column, that of nothing where all is missing."""
        import pyarrow

        return {
            name: (possible or [pyarrow.string()])[0]
            if self._seen[name]
            else pyarrow.null()
            for name, possible in self._possible.items()
        }

    def joined(self, other: "ColumnTypes") -> "ColumnTypes":
        """Returns the types that the values of two files have.

        Args:
            other: Those of the second file.

        Raises:
            ValueError: If the columns differ, or one is text in one file and not in
                the other.
        """
        lacking = [name for name in self._possible if name not in other._possible]
        surplus = [name for name in other._possible if name not in self._possible]
        if lacking or surplus:
            path, first = (next(iter(t._paths.values())) for t in (other, self))
            raise ValueError(
                f"The files of a table must have the same columns. Received: '{path}' "
                f"{_difference(lacking, surplus)}, unlike '{first}'. Rename the "
                "columns, or load the files separately."
            )
        for name, possible in self._possible.items():
            if not other._seen[name]:
                continue
            theirs = other._possible[name]
            if self._seen[name] and bool(possible) != bool(theirs):
                text, numbers = (self, other) if theirs else (other, self)
                row, value = text._culprits[name]
                kind = numbers.types()[name]
                raise ValueError(
                    f"Column {name!r} must be of one type in all files. Received: "
                    f"{kind} in '{numbers._paths[name]}', text in "
                    f"'{text._paths[name]}', where row {row} holds {value!r}, counted "
                    "from 1 after the line of names. Correct it, name the text in "
                    "`missing_values`, or leave the column out by `exclude`."
                )
            self._possible[name] = [kind for kind in possible if kind in theirs]
            if not self._seen[name]:
                self._paths[name] = other._paths[name]
                if name in other._culprits:
                    self._culprits[name] = other._culprits[name]
            self._seen[name] = True
        self.rows += other.rows
        return self


def converted(values: Any, kind: Any, decimal: str = ".") -> Any:
    """Returns text as values of a type.

    Args:
        values: Array of text.
        kind: The type.
        decimal: The mark before the decimals of a number.

    Raises:
        pyarrow.ArrowException: If one is no such value.
    """
    import pyarrow
    from pyarrow import compute, types

    if types.is_null(kind):
        # To which Arrow does not convert text.
        return pyarrow.nulls(len(values))
    if types.is_string(kind):
        return values.cast(kind)
    values = compute.utf8_trim_whitespace(values)
    if decimal == "," and types.is_floating(kind):
        values = compute.replace_substring(values, ",", ".")
    return values.cast(kind)


def _fits(values: Any, kind: Any, decimal: str) -> bool:
    import pyarrow

    try:
        converted(values, kind, decimal)
    except pyarrow.ArrowException:
        return False
    return True


def _first_misfit(values: Any, kind: Any, decimal: str) -> tuple[int, str]:
    """Returns the place and the text of the first value that is not of a type."""
    for start in range(0, len(values), _FEW):
        few = values.slice(start, _FEW)
        if not _fits(few, kind, decimal):
            places = (
                place
                for place in range(len(few))
                if not _fits(few.slice(place, 1), kind, decimal)
            )
            place = start + next(places)
            return place, str(values[place].as_py())
    raise AssertionError("Every value fits.")


def _difference(lacking: list[str], surplus: list[str]) -> str:
    words = []
    if lacking:
        words.append(f"lacks {', '.join(map(repr, lacking))}")
    if surplus:
        words.append(f"has {', '.join(map(repr, surplus))} too")
    return " and ".join(words)
