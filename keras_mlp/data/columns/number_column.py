"""A column of numbers."""

import dataclasses
import itertools
from collections.abc import Sequence

from keras_mlp.data.columns.column import Column
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_choice, check_number

SCALINGS = ("standard", "robust", "quantile", "none")


@serializable
@dataclasses.dataclass(frozen=True, kw_only=True)
class NumberColumn(Column):
    """How a column of numbers becomes inputs of a network.

    - `"standard"`: `(x - center) / scale`, the mean and the standard deviation.
    - `"robust"`: the same with the median and the distance of the quartiles (half the
      range, where that is 0), and then `x / sqrt(1 + (x / 3)**2)`, which brings
      everything to between -3 and 3 and leaves small numbers almost as they are. Of
      RealMLP (Holzmüller et al., "Better by default", 2024).
    - `"quantile"`: to a normal distribution, by straight lines between `quantiles`.
    - `"none"`: as they are.

    What is missing becomes `fill`; where `indicator` is true, a second input is 1
    there, and 0 elsewhere.

    Args:
        scaling: One of these. Defaults to `None`: robust where a number lies more than
            eight standard deviations from the mean, otherwise standard.
        center: What is taken away. Defaults to `None`: learnt.
        scale: What the rest is divided by, above 0. Defaults to `None`: learnt.
        quantiles: Increasing numbers, at equal distances in rank from the least to the
            greatest, for `"quantile"`. Defaults to `None`: learnt, 128 of them.
        fill: What stands for a missing number. Defaults to `None`: the center.
        indicator: Whether an input says what is missing. Defaults to `None`: where
            numbers are missing in the data.
        minimum: The smallest number of the data; for information only. Defaults to
            `None`: learnt.
        maximum: The greatest. Defaults to `None`: learnt.

    Example:

    ```python
    from keras_mlp import data

    layer = data.TabularPreprocessing(
        {
            "age": data.NumberColumn(
                scaling="standard", center=40.0, scale=10.0, indicator=False
            )
        }
    )
    assert layer({"age": [50.0, 20.0]}).numpy().tolist() == [[1.0], [-2.0]]
    ```
    """

    scaling: str | None = None
    center: float | None = None
    scale: float | None = None
    quantiles: Sequence[float] | None = None
    fill: float | None = None
    indicator: bool | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if self.scaling is not None:
            check_choice("scaling", self.scaling, SCALINGS)
        for name in ("center", "fill", "minimum", "maximum"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name))
        self._check_scale(self.scale)
        if self.quantiles is not None:
            object.__setattr__(self, "quantiles", _checked(self.quantiles))

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be learnt."""
        needed = {
            "none": (),
            "quantile": (self.quantiles,),
        }.get(self.scaling or "", (self.scaling, self.center, self.scale))
        return None not in (*needed, self.indicator)

    @property
    def width(self) -> int:
        """Number of inputs of the network."""
        return 2 if self.indicator else 1

    @property
    def filled_with(self) -> float:
        """What stands for a missing number."""
        if self.fill is not None:
            return float(self.fill)
        if self.scaling == "quantile":
            assert self.quantiles is not None
            return float(self.quantiles[len(self.quantiles) // 2])
        return float(self.center or 0.0)


def _checked(quantiles: Sequence[float]) -> tuple[float, ...]:
    numbers = tuple(check_number("quantiles", number) for number in quantiles)
    pairs = itertools.pairwise(numbers)
    if len(numbers) < 2 or any(low > high for low, high in pairs):
        raise ValueError(
            "Argument `quantiles` must hold at least two numbers, none below the one "
            f"before. Received: quantiles={quantiles!r}. Pass them in order."
        )
    return numbers
