"""Tables in CSV files."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_mlp.data.tables.sources.csv_files.column_types import ColumnTypes, converted
from keras_mlp.data.tables.sources.csv_files.csv_format import (
    SEPARATORS,
    CsvFormat,
    find_csv_format,
)
from keras_mlp.messages import one_line

# What of a file is read at a time, and up to which size text is kept, which is looked
# at again.
_BLOCK_BYTES = 2**22
_KEPT_BYTES = 2**26

# What stands for a missing value, as for pandas.
MISSING_VALUES = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
    "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip


class CsvSource:
    """One or several CSV files of the same columns.

    The type of a column is found in one pass over all files, which holds one block of
    text at a time. It is that which every value has, and text otherwise.

    Args:
        paths: The files.
        missing_values: What stands for a missing value, beside the empty field.
        wanted: What columns have to hold, `"number"`, `"text"` or `"date"`, by name.
            Defaults to whatever they do.

    Raises:
        ValueError: If a file is no table, or the files do not go together.

    Example:

    ```python
    from pathlib import Path

    from keras_mlp.data.tables.sources.csv_files.csv_source import CsvSource

    Path("rows.csv").write_text("age;name\\n31;Ada\\n;Max\\n")
    source = CsvSource([Path("rows.csv")])
    assert source.facts["separator"] == "semicolon"
    assert str(source.types["age"]) == "int64"
    ```
    """

    classes: Mapping[str, tuple[str, ...]] = {}

    def __init__(
        self,
        paths: Sequence[Path],
        missing_values: Sequence[str] = MISSING_VALUES,
        wanted: Mapping[str, str] | None = None,
    ) -> None:
        self.name = f"'{paths[0]}'" + (
            f" and {len(paths) - 1} more files" if len(paths) > 1 else ""
        )
        self._missing = sorted({"", *missing_values})
        self._wanted = wanted
        self._kept: list[Any] | None = []
        self._formats = []
        types: ColumnTypes | None = None
        for path in paths:
            form, found = self._scan(find_csv_format(path))
            self._formats.append(form)
            types = found if types is None else types.joined(found)
        assert types is not None
        self.types = types.types()
        if not types.rows:
            raise ValueError(
                f"The table {self.name} must have rows. Received: a line of names, "
                "and nothing after it. Pass a file that holds examples."
            )
        first = self._formats[0]
        facts = {
            "separator": " and ".join(
                sorted({SEPARATORS[form.separator] for form in self._formats})
            ),
            "encoding": " and ".join(sorted({form.encoding for form in self._formats})),
        }
        if first.decimal == ",":
            facts["decimal mark"] = "comma"
        self.facts: Mapping[str, str] = facts

    def blocks(self, names: Sequence[str]) -> Iterator[Any]:
        """Yields the rows, as `Source` says."""
        import pyarrow

        for form, block in self._kept or self._texts(names):
            yield pyarrow.table(
                {
                    name: converted(block[name], self.types[name], form.decimal)
                    for name in names
                }
            )

    def _texts(self, names: Sequence[str]) -> Iterator[tuple[CsvFormat, Any]]:
        for form in self._formats:
            for block in self._text_of(form, names):
                yield form, block

    def _scan(self, form: CsvFormat) -> tuple[CsvFormat, ColumnTypes]:
        types = ColumnTypes(form.path, form.names, form.decimal, self._wanted)
        kept = [] if self._kept is None else list(self._kept)
        room = _KEPT_BYTES - sum(block.nbytes for _, block in kept)
        try:
            for block in self._text_of(form, form.names):
                types.look_at(block)
                room -= block.nbytes
                if room >= 0:
                    kept.append((form, block))
        except _NotUtf8Error:
            return self._scan(dataclasses.replace(form, encoding="latin-1"))
        self._kept = None if room < 0 or self._kept is None else kept
        return form, types

    def _text_of(self, form: CsvFormat, names: Sequence[str]) -> Iterator[Any]:
        """Yields blocks of a file, all columns as text."""
        import pyarrow
        from pyarrow import csv

        invalid = []

        def note(row: Any) -> str:
            invalid.append(row)
            return "error"

        encoding = form.encoding.removesuffix("-sig")
        try:
            with (
                pyarrow.input_stream(
                    str(form.path), compression="gzip" if form.compressed else None
                ) as stream,
                csv.open_csv(
                    stream,
                    # With several threads, it does not know the numbers of rows.
                    csv.ReadOptions(
                        use_threads=False, block_size=_BLOCK_BYTES, encoding=encoding
                    ),
                    csv.ParseOptions(
                        delimiter=form.separator,
                        newlines_in_values=True,
                        invalid_row_handler=note,
                    ),
                    csv.ConvertOptions(
                        column_types=dict.fromkeys(form.names, pyarrow.string()),
                        include_columns=list(names),
                        null_values=self._missing,
                        strings_can_be_null=True,
                    ),
                ) as reader,
            ):
                yield from reader
        except (pyarrow.ArrowException, OSError, UnicodeError) as error:
            if invalid:
                row = invalid[0]
                raise ValueError(
                    f"Each row of '{form.path}' must have {row.expected_columns} "
                    f"fields, as its first line. Received: {row.actual_columns} in row "
                    f"{row.number}, counted from 1 with the first line: "
                    f"{one_line(row.text, 80)!r}. Correct that row; text that holds a "
                    f"{SEPARATORS[form.separator]} must be in double quotes."
                ) from error
            if encoding == "utf-8" and "UTF8" in str(error):
                raise _NotUtf8Error from error
            raise ValueError(
                f"The file '{form.path}' must be readable as CSV, with the separator "
                f"{form.separator!r} and the encoding {form.encoding}. Received: "
                f"{one_line(error)}. Get it again, or write it as UTF-8 with commas."
            ) from error


class _NotUtf8Error(Exception):
    """What is not UTF-8 came after the beginning."""
