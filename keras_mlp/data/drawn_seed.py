"""The seed of an order of examples."""

import operator
import random
from typing import Any


def drawn_seed(seed: Any) -> int:
    """Returns a seed as an `int`, one that is drawn for `None`.

    Args:
        seed: What the caller passed.

    Raises:
        ValueError: If it is neither `None` nor an integer from 0 up to 2**63.
    """
    if seed is None:
        # The generator that `keras.utils.set_random_seed` seeds, and that Keras draws
        # its own default seeds from.
        return random.randrange(2**31)
    try:
        number = -1 if isinstance(seed, bool) else operator.index(seed)
    except TypeError:
        number = -1
    if not 0 <= number < 2**63:
        raise ValueError(
            "Argument `seed` must be an integer of at least 0 and below 2**63, or "
            f"None. Received: seed={seed!r}. Pass a whole number such as 0."
        )
    return number
