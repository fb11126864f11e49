"""How to read the text of a CSV file: separator, encoding and decimal mark."""

import codecs
import csv
import dataclasses
import gzip
import re
import zlib
from pathlib import Path

from keras_mlp.messages import one_line

# What of a file is looked at before it is read.
_BEGINNING_BYTES = 2**18

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

_COMMA_NUMBER = re.compile(r"\s*[-+]?\d+,\d+\s*")
_POINT_NUMBER = re.compile(r"\s*[-+]?\d+\.\d+\s*")


@dataclasses.dataclass(frozen=True, kw_only=True)
class CsvFormat:
    """How to read a CSV file.

    Args:
        path: The file.
        names: Its columns.
        separator: The character between two fields.
        encoding: `"utf-8"`, `"utf-8-sig"`, `"utf-16"` or `"latin-1"`.
        decimal: The mark before the decimals of a number, `"."` or `","`.
        compressed: Whether it is compressed by gzip.
    """

    path: Path
    names: tuple[str, ...]
    separator: str
    encoding: str
    decimal: str
    compressed: bool


def find_csv_format(path: Path) -> CsvFormat:
    """Returns how to read a file, judged by its beginning.

    Args:
        path: An existing file.

    Raises:
        ValueError: If it holds no table: it is empty, binary, or has no line with the
            names of columns, or two of one name.
    """
    beginning, compressed = _beginning(path)
    encoding, text = _decoded(path, beginning)
    rows, separator = _rows(text, whole=len(beginning) < _BEGINNING_BYTES)
    if not rows:
        raise ValueError(
            f"The file '{path}' must hold a table. Received: no line that is not "
            "empty. Pass a file whose first line names the columns."
        )
    names, *fields = rows
    _check_names(path, names)
    values = [value for row in fields for value in row]
    comma = any(map(_COMMA_NUMBER.fullmatch, values))
    point = any(map(_POINT_NUMBER.fullmatch, values))
    return CsvFormat(
        path=path,
        names=tuple(names),
        separator=separator,
        encoding=encoding,
        decimal="," if separator != "," and comma and not point else ".",
        compressed=compressed,
    )


def _beginning(path: Path) -> tuple[bytes, bool]:
    with open(path, "rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if compressed else open(path, "rb") as file:
            return file.read(_BEGINNING_BYTES), compressed
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"The file '{path}' must be a whole gzip file. Received: "
            f"{one_line(error)}. Get it again."
        ) from error


def _decoded(path: Path, beginning: bytes) -> tuple[str, str]:
    """Returns the encoding of a text and what it says."""
    for mark, encoding in _MARKS.items():
        if beginning.startswith(mark):
            return encoding, beginning.decode(encoding, "ignore")
    if b"\0" in beginning:
        raise ValueError(
            f"The file '{path}' must hold a table as text. Received: binary data. Pass "
            "a CSV file, or a Parquet file whose name ends with '.parquet'."
        )
    try:
        # A character may be cut in two by the end.
        decoder = codecs.getincrementaldecoder("utf-8")()
        return "utf-8", decoder.decode(beginning)
    except UnicodeDecodeError:
        return "latin-1", beginning.decode("latin-1")


def _rows(text: str, whole: bool) -> tuple[list[list[str]], str]:
    """Returns the first rows, and the separator that divides them most evenly."""
    lines = text.splitlines(keepends=True)
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    best: tuple[tuple[float, int], list[list[str]], str] = ((0, 0), [], ",")
    for separator in SEPARATORS:
        rows = [row for row in csv.reader(lines[:200], delimiter=separator) if row]
        if not rows:
            break
        fields = len(rows[0])
        alike = sum(len(row) == fields for row in rows) / len(rows)
        score = (alike if fields > 1 else 0, fields)
        if not best[1] or score > best[0]:
            best = (score, rows, separator)
    return best[1], best[2]


def _check_names(path: Path, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            places = [place for place, other in enumerate(names, 1) if other == name]
            raise ValueError(
                f"The columns of '{path}' must have different names. Received: "
                f"{name!r} as columns {places}. Rename one in the first line."
            )
    if all(re.fullmatch(r"\s*[-+]?[\d.,]+(e[-+]?\d+)?\s*", name) for name in names):
        raise ValueError(
            f"The first line of '{path}' must name the columns. Received: "
            f"{one_line(','.join(names), 60)!r}, numbers. Put a line of names before "
            "it."
        )
