"""From what the caller passes as `source` to a table that can be read."""

import difflib
import glob
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_mlp.data.columns.raw_columns import holds_columns
from keras_mlp.data.loading.split_choice import choose_split
from keras_mlp.data.prepared import prepared_builder
from keras_mlp.data.tables.sources.arrow_source import ArrowSource
from keras_mlp.data.tables.sources.column_features import column_features
from keras_mlp.data.tables.sources.csv_files.csv_source import MISSING_VALUES, CsvSource
from keras_mlp.data.tables.sources.parquet_source import ParquetSource
from keras_mlp.data.tables.sources.prepared_source import PreparedSource
from keras_mlp.data.tables.sources.source import Source

_EXPECTED = (
    "Argument `source` must be a CSV or Parquet file, a list of them, a pattern such "
    "as 'rows-*.csv', a data frame, a dictionary of columns, or the name of a data set"
)


def open_source(
    source: Any,
    split: str | None,
    missing_values: Sequence[str] | None,
    data_dir: str | os.PathLike[str] | None,
    types: Mapping[str, str] | None = None,
) -> tuple[Source, bool]:
    """Returns the table, and whether it is for training.

    Args:
        source: As for `data.table`.
        split: As for `data.table`.
        missing_values: As for `data.table`.
        data_dir: As for `data.table`.
        types: As for `data.table`.

    Raises:
        ValueError: If it is no table, or another argument does not go with it.
        FileNotFoundError: If there is no such file.
    """
    opened, for_training = _opened(source, split, missing_values, data_dir, types or {})
    if types and not isinstance(opened, CsvSource):
        raise ValueError(
            "Argument `types` is for CSV files; other tables know the types of their "
            f"columns. Received: types={types!r} with source={_shown(source)}. Leave "
            "it out."
        )
    return opened, for_training


def _opened(
    source: Any,
    split: str | None,
    missing_values: Sequence[str] | None,
    data_dir: str | os.PathLike[str] | None,
    types: Mapping[str, str],
) -> tuple[Source, bool]:
    name = source if isinstance(source, str) else None
    is_name = name is not None and re.fullmatch(r"\w+(/\w+)?(:[\d.*]+)?", name)
    if name is not None and is_name and not os.path.exists(name):
        return _prepared(name, split, data_dir)
    if split is not None:
        raise ValueError(
            "Argument `split` is for the names of prepared data sets. Received: "
            f"split={split!r} with source={_shown(source)}. Leave it out, and call "
            "`split()` on the result."
        )
    if holds_columns(source):
        opened: Source = ArrowSource(source)
        if not next(iter(opened.blocks(list(opened.types)[:1])), ()):
            raise ValueError(
                f"Argument `source` must hold rows. Received: {opened.name} without "
                "any. Pass a table of examples."
            )
        return opened, True
    paths = _paths(source)
    kinds = {path.name.endswith(".parquet") for path in paths}
    if len(kinds) > 1:
        raise ValueError(
            f"{_EXPECTED}. Received: CSV and Parquet files together. Load them "
            "separately."
        )
    if kinds == {True}:
        return ParquetSource(paths), True
    missing = MISSING_VALUES if missing_values is None else missing_values
    if isinstance(missing, str) or not all(isinstance(text, str) for text in missing):
        raise ValueError(
            "Argument `missing_values` must be a list of texts, or None. Received: "
            f"missing_values={missing_values!r}. Pass for example ['', '?']."
        )
    return CsvSource(paths, missing, types), True


def _prepared(
    name: str, split: str | None, data_dir: str | os.PathLike[str] | None
) -> tuple[Source, bool]:
    builder = prepared_builder(name, data_dir)
    if not column_features(builder):
        raise ValueError(
            f"{_EXPECTED} whose features are single values. Received: {name!r}, with "
            f"the features {sorted(builder.info.features)}. Load images by `data.load`."
        )
    split = "train" if split is None else split
    choice = choose_split(name, builder.info.splits, split)
    return PreparedSource(name, builder, split), choice.reads_train


def _paths(source: Any) -> list[Path]:
    given = list(source) if isinstance(source, (list, tuple)) else [source]
    if not given or not all(isinstance(path, (str, os.PathLike)) for path in given):
        raise ValueError(
            f"{_EXPECTED}. Received: source={_shown(source)}. Pass one of these."
        )
    found: list[Path] = []
    for item in given:
        path = Path(item).expanduser()
        if not path.exists() and glob.has_magic(str(path)):
            matches = [Path(match) for match in sorted(glob.glob(str(path)))]
            found += matches or [path]
        else:
            found.append(path)
    for path in found:
        if path.is_dir():
            raise ValueError(
                f"{_EXPECTED}. Received: '{path}', a directory. Pass "
                f"'{path / '*.csv'}' for the files in it."
            )
        if not path.exists():
            raise FileNotFoundError(f"{_EXPECTED}. Received: '{path}'. {_near(path)}")
        if not path.is_file():
            raise ValueError(f"{_EXPECTED}. Received: '{path}', a pipe or a device.")
    return found


def _near(path: Path) -> str:
    others = (
        [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    )
    near = difflib.get_close_matches(path.name, others, n=1)
    if near:
        return f"Did you mean '{path.parent / near[0]}'?"
    return "There is no such file; pass the path of one that is there."


def _shown(source: Any) -> str:
    return (
        repr(source)
        if isinstance(source, (str, os.PathLike, int, float, type(None)))
        else f"a {type(source).__name__}"
    )
