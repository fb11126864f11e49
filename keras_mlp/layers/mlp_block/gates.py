"""The gates of hidden layers.

A new gate is a new line in `GATES`: the layers, the command line and the export take it
from there.
"""

from typing import Any

from keras_mlp.validation import check_choice

# The nonlinear half of each gated unit: Shazeer, "GLU Variants Improve
# Transformer", 2020, https://arxiv.org/abs/2002.05202, equations 5 and 6.
GATES = {"glu": "sigmoid", "geglu": "gelu", "swiglu": "silu"}


def check_gate(value: Any) -> str | None:
    """Returns the name of a gate, or `None`.

    Args:
        value: What the caller passed.

    Raises:
        ValueError: If there is no such gate.
    """
    gate: str | None = check_choice("gate", value, (None, *GATES))
    return gate
