"""Values that options cannot have."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies

NAN = float("nan")


class NoLayer:
    """Is no layer, and makes none."""

    def __repr__(self) -> str:
        return "NoLayer()"


SIZES = (0, -1, 1.5, 2.0, NAN, float("inf"), "3", None, True, np.float32(2), (), 1j)
LISTS_OF_SIZES = (None, 5, 2.5, NAN, (0,), (3, -1), (2.5,), ("3",), (True,), "34")
SEEDS = (-1, 1.5, NAN, "0", (1,), 1j)
RATES = (-0.1, 1.0, 1.5, NAN, float("inf"), "0.5", "high", None, (0.5,) * 9, 1j)
SWITCHES = ("yes", "", 2, -1, NAN, (), NoLayer())
NAMES = ("nonsense", 3, NAN, NoLayer())
SHAPES = (784, "784", (0,), (-4,), (2.5,), ("4",), (True,))
NUMBERS = (NAN, float("inf"), "3", None, (1.0,), 1j)
CHOICES = ("nonsense", 3, NAN, "", NoLayer())

# By the names of the options.
WRONG: Mapping[str, tuple[Any, ...]] = {
    "units": SIZES,
    "num_classes": SIZES,
    "num_outputs": SIZES,
    "samples": SIZES,
    "batch_size": SIZES,
    "every": SIZES,
    "hidden_units": LISTS_OF_SIZES,
    "seed": SEEDS,
    "dropout": RATES,
    "use_bias": SWITCHES,
    "use_final_bias": SWITCHES,
    "tied": SWITCHES,
    "standardize": SWITCHES,
    "composed": SWITCHES,
    "flatten": SWITCHES,
    "scale": SWITCHES,
    "show": SWITCHES,
    "activation": NAMES,
    "final_activation": NAMES,
    "code_activation": NAMES,
    "kernel_initializer": NAMES,
    "bias_initializer": NAMES,
    "kernel_regularizer": NAMES,
    "bias_regularizer": NAMES,
    "activity_regularizer": NAMES,
    "kernel_constraint": NAMES,
    "bias_constraint": NAMES,
    "normalization": CHOICES,
    "residual": (*CHOICES, 1, None),
    "gate": (*CHOICES, True),
    "input_shape": SHAPES,
    "preprocessing": ("nonsense", 3, NoLayer()),
    "class_names": (("a",), (1, 2, 3), 3, ("a", "b", "c", "d", "e", "f")),
    "learning_rate": (*NUMBERS, -0.1),
    "initial_kernel": NUMBERS,
    "initial_bias": NUMBERS,
    "kernel": NUMBERS,
    "bias": NUMBERS,
    "loss": ("nonsense", None, 3),
}

# Of these, a list has a value for each layer: one of a wrong length is wrong.
PER_LAYER = (
    "activation",
    "use_bias",
    "kernel_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "bias_regularizer",
    "activity_regularizer",
    "kernel_constraint",
    "bias_constraint",
    "dropout",
    "normalization",
    "residual",
    "gate",
)


@dataclasses.dataclass(frozen=True)
class Wrong:
    """An option that is wrong.

    Args:
        name: Its name.
        value: Its value.
    """

    name: str
    value: Any


@strategies.composite
def wrong_options(draw: Any, names: tuple[str, ...], per_layer: int = 0) -> Wrong:
    """One of these options, with a value that it cannot have.

    Args:
        draw: Of Hypothesis.
        names: The options.
        per_layer: Number of layers, where an option may be a list; otherwise 0.
    """
    name = draw(strategies.sampled_from(names))
    if per_layer and name in PER_LAYER and draw(strategies.booleans()):
        # One that is right, too often.
        value = {"dropout": 0.0, "residual": False, "use_bias": True}.get(name)
        count = draw(strategies.integers(per_layer + 1, per_layer + 3))
        return Wrong(name, [value] * count)
    return Wrong(name, draw(strategies.sampled_from(WRONG[name])))
