"""Checks of arguments that several parts of the package share."""

from keras_mlp.validation.choices import check_choice, check_known
from keras_mlp.validation.numbers import (
    check_number,
    check_positive_integer,
    check_rate,
    check_seed,
    check_switch,
)
from keras_mlp.validation.sizes import check_shape, check_units, per_layer

__all__ = [
    "check_choice",
    "check_known",
    "check_number",
    "check_positive_integer",
    "check_rate",
    "check_seed",
    "check_shape",
    "check_switch",
    "check_units",
    "per_layer",
]
