"""A column of dates."""

import dataclasses

import numpy as np

from keras_mlp.data.columns.column import Column
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_number

# What a date is written as.
PATTERN = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?Z?)?"
)

# Stands for the days of no date.
NO_DAY = np.int32(-(2**31))


@serializable
@dataclasses.dataclass(frozen=True, kw_only=True)
class DateColumn(Column):
    """How a column of dates becomes inputs of a network.

    Dates are text as ISO 8601 has it, `"2024-05-01"`, with or without a time,
    `"2024-05-01T12:30:00"`. The inputs are, in this order:

    - the days since 1970-01-01, standardised;
    - the place in the year, as sine and cosine;
    - the day of the week, one-hot, from Monday on;
    - where `has_times`, the time of the day, as sine and cosine;
    - where `indicator`, 1 for what is missing or no date. All others are 0 there.

    Args:
        center: Mean of the days since 1970-01-01. Defaults to `None`: learnt.
        scale: Their standard deviation, above 0. Defaults to `None`: learnt.
        has_times: Whether times count. Defaults to `None`: where there are any other
            than midnight.
        indicator: Whether an input says what is missing. Defaults to `None`: where
            dates are missing in the data.
        first: The first day of the data; for information only. Defaults to `None`:
            learnt.
        last: The last. Defaults to `None`: learnt.

    Example:

    ```python
    from keras_mlp import data

    column = data.DateColumn(center=0.0, scale=365.0, has_times=False, indicator=False)
    row = data.TabularPreprocessing({"day": column})({"day": ["1971-01-01"]}).numpy()[0]
    assert row[0] == 1.0 and row[3:].tolist() == [0, 0, 0, 0, 1, 0, 0]
    ```
    """

    center: float | None = None
    scale: float | None = None
    has_times: bool | None = None
    indicator: bool | None = None
    first: str | None = None
    last: str | None = None

    def __post_init__(self) -> None:
        if self.center is not None:
            check_number("center", self.center)
        self._check_scale(self.scale)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be learnt."""
        return None not in (self.center, self.scale, self.has_times, self.indicator)

    @property
    def width(self) -> int:
        """Number of inputs of the network."""
        return 10 + 2 * bool(self.has_times) + bool(self.indicator)
