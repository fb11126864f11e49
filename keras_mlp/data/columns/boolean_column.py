"""A column of Booleans."""

import dataclasses

from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.serializable import serializable


@serializable
@dataclasses.dataclass(frozen=True, kw_only=True)
class BooleanColumn(Column):
    """How a column of Booleans, or of 0 and 1, becomes inputs of a network.

    True becomes 1, false -1, and what is missing 0.

    Args:
        indicator: Whether a second input says what is missing. Defaults to `None`:
            where values are missing in the data.

    Example:

    ```python
    from keras_mlp import data

    column = data.BooleanColumn(indicator=False)
    layer = data.TabularPreprocessing({"member": column})
    assert layer({"member": [True, False]}).numpy().tolist() == [[1.0], [-1.0]]
    ```
    """

    indicator: bool | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be learnt."""
        return self.indicator is not None

    @property
    def width(self) -> int:
        """Number of inputs of the network."""
        return self.as_number().width

    def as_number(self) -> NumberColumn:
        """Returns the column of numbers that it is."""
        return NumberColumn(
            scaling="standard", center=0.5, scale=0.5, indicator=bool(self.indicator)
        )
