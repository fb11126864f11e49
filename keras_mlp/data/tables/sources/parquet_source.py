"""Tables in Parquet files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_mlp.data.tables.sources.arrow_source import TOGETHER
from keras_mlp.messages import one_line


class ParquetSource:
    """One or several Parquet files of the same columns.

    Args:
        paths: The files.

    Raises:
        ValueError: If one is no Parquet file, or the files do not go together.

    Example:

    ```python
    from pathlib import Path

    import pyarrow
    from pyarrow import parquet

    from keras_mlp.data.tables.sources.parquet_source import ParquetSource

    parquet.write_table(pyarrow.table({"age": [31, 40]}), "rows.parquet")
    assert list(ParquetSource([Path("rows.parquet")]).types) == ["age"]
    ```
    """

    facts: Mapping[str, str] = {}
    classes: Mapping[str, tuple[str, ...]] = {}

    def __init__(self, paths: Sequence[Path]) -> None:
        from pyarrow import parquet

        self.name = f"'{paths[0]}'" + (
            f" and {len(paths) - 1} more files" if len(paths) > 1 else ""
        )
        self._paths = paths
        self.types: dict[str, Any] = {}
        rows = 0
        for path in paths:
            try:
                with parquet.ParquetFile(path) as file:
                    schema, rows = file.schema_arrow, rows + file.metadata.num_rows
            except Exception as error:
                # Arrow's errors, and whatever else damaged files lead to.
                raise ValueError(
                    f"The file '{path}' must be a Parquet file. Received: "
                    f"{one_line(error)}. Get it again, or pass a CSV file."
                ) from error
            types = dict(zip(schema.names, schema.types, strict=True))
            if len(types) < len(schema.names):
                raise ValueError(
                    f"The columns of '{path}' must have different names. Received: "
                    f"{', '.join(schema.names)}. Rename one."
                )
            self._join(path, types)
        if not rows:
            raise ValueError(
                f"The table {self.name} must have rows. Received: none. Pass a file "
                "that holds examples."
            )

    def _join(self, path: Path, types: dict[str, Any]) -> None:
        self.types = self.types or types
        different = [
            name
            for name in [*self.types, *types]
            if str(self.types.get(name)) != str(types.get(name))
        ]
        if different:
            name = different[0]
            raise ValueError(
                "The files of a table must have the same columns, of the same types. "
                f"Received: column {name!r}, {self.types.get(name, 'not there')} in "
                f"'{self._paths[0]}' and {types.get(name, 'not there')} in '{path}'. "
                "Correct one, or load the files separately."
            )

    def blocks(self, names: Sequence[str]) -> Iterator[Any]:
        """Yields the rows, as `Source` says."""
        import pyarrow
        from pyarrow import parquet

        for path in self._paths:
            with parquet.ParquetFile(path) as file:
                for block in file.iter_batches(TOGETHER, columns=list(names)):
                    yield pyarrow.table(block).select(list(names))
