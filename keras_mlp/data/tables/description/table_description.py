"""What a table holds, for people to read."""

import dataclasses
from collections.abc import Mapping

from keras_mlp.data.tables.description.column_description import ColumnDescription
from keras_mlp.messages import one_line


@dataclasses.dataclass(frozen=True, kw_only=True)
class TableDescription:
    """What `TableDataset.describe` returns. As a `str`, it is a table to read.

    Args:
        source: Where the table is from.
        rows: Number of rows.
        facts: What was found out about the files, such as `{"separator": "comma",
            "encoding": "utf-8"}`.
        columns: What each column holds, by name, the target among them.
        target: Name of the target column, `None` if there is none.
        task: `"classification"`, `"regression"`, or `None` without a target.
        task_reason: Why, in words.
        class_names: Names of the classes in the order of the labels, or `None`.
        warnings: Sentences about columns that will not help a model.

    Example:

    ```python
    import keras_mlp

    about = keras_mlp.data.table("penguins_344").describe()
    assert about.rows == 275 and about.columns["sex"].missing > 0
    print(about)
    ```
    """

    source: str
    rows: int
    facts: Mapping[str, str]
    columns: Mapping[str, ColumnDescription]
    target: str | None
    task: str | None
    task_reason: str
    class_names: tuple[str, ...] | None
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        facts = "".join(f", {key}: {value}" for key, value in self.facts.items())
        lines = [f"{self.source}: {self.rows:,} rows{facts}"]
        table = [
            ("column", "type", "missing", "different", "range or examples"),
            *(self._line(column) for column in self.columns.values()),
        ]
        widths = [max(len(row[place]) for row in table) for place in range(4)]
        for row in table:
            cells = [
                cell.ljust(width) for cell, width in zip(row, widths, strict=False)
            ]
            lines.append("  ".join([*cells, row[4]]).rstrip())
        if self.target is not None:
            lines.append(f"target: {self.target!r}, {self.task} ({self.task_reason})")
        if self.class_names is not None:
            names = one_line(", ".join(self.class_names), 200)
            lines.append(f"{len(self.class_names)} classes: {names}")
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings)])

    @staticmethod
    def _line(column: ColumnDescription) -> tuple[str, str, str, str, str]:
        if column.range is None:
            last = ", ".join(column.examples)
        else:
            last = " to ".join(
                f"{end:,.6g}" if isinstance(end, float) else end for end in column.range
            )
        many = column.different > 10_000
        return (
            one_line(column.name, 40),
            column.type,
            f"{column.missing:,}",
            "over 10,000" if many else f"{column.different:,}",
            one_line(last, 60) if last else "",
        )
