"""How many of a network's inputs each column of a table makes."""

from typing import Any

from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing


def feature_sizes(
    preprocessing: TabularPreprocessing | None, inputs: int, number_width: int
) -> list[int]:
    """Returns how many of the network's inputs each column of the table makes.

    Args:
        preprocessing: What the columns come from; `None` for plain numbers.
        inputs: How many columns the inputs have.
        number_width: How many inputs a number makes.
    """
    if preprocessing is None:
        return [number_width] * inputs
    columns: list[Any] = list(preprocessing.columns.values())
    dates = [c for c in columns if isinstance(c, DateColumn)]
    categories = [c for c in columns if isinstance(c, CategoryColumn)]
    first = [c for c in columns if c not in dates and c not in categories]
    numbers = [c for c in first if isinstance(c, NumberColumn)]
    # In the order of `TabularPreprocessing`, but numbers before Booleans.
    ones = len(first) - len(numbers) + sum(bool(c.indicator) for c in first)
    few = [c for c in categories if c.encoding != "embedding"]
    others: list[Any] = [*dates, *few, *(c for c in categories if c not in few)]
    return [number_width] * len(numbers) + [1] * ones + [c.width for c in others]
