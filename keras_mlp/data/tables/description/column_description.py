"""What a column of a table holds."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class ColumnDescription:
    """What a column of a table holds.

    Args:
        name: Its name.
        type: `"integer"`, `"number"`, `"boolean"`, `"text"`, `"date"`, or `"missing"`
            where it holds nothing.
        missing: Number of rows without a value.
        different: Number of different values. Of more than 10,000, only that is known:
            10,001.
        range: Least and greatest value of numbers and dates, otherwise `None`.
        examples: The first different values, as text.

    Example:

    ```python
    import keras_mlp

    penguins = keras_mlp.data.table("penguins_344")
    about = penguins.describe().columns["bill_length_mm"]
    assert about.type == "number" and about.missing == 1
    ```
    """

    name: str
    type: str
    missing: int
    different: int
    range: tuple[float | str, float | str] | None
    examples: tuple[str, ...]
