"""The quantile function of the normal distribution, in operations that export."""

import math
from typing import Any

from keras import ops

# Giles, "Approximating the erfinv function", 2010: single precision, from the highest
# power down. For w below 5, of w - 2.5; for others, of sqrt(w) - 3.
_CENTER = (
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
)
_TAIL = (
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
)


def normal_quantile(ranks: Any) -> Any:
    """Returns the numbers below which a normal variable lies with these probabilities.

    Small probabilities are told apart as well as float32 does, those near 1 are not.

    Args:
        ranks: float32, between 0 and 1, both excluded.
    """
    w = -ops.log(4.0 * ranks * (1.0 - ranks))
    center = _polynomial(_CENTER, w - 2.5)
    tail = _polynomial(_TAIL, ops.sqrt(ops.maximum(w, 0.0)) - 3.0)
    return -math.sqrt(2.0) * (1.0 - 2.0 * ranks) * ops.where(w < 5.0, center, tail)


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    result = coefficients[0] * x + coefficients[1]
    for coefficient in coefficients[2:]:
        result = result * x + coefficient
    return result
