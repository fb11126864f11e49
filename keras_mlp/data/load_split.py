"""Arguments that all functions which load data share."""

import operator
import random
from typing import Any

from keras_mlp.data import lazy_tfds as tfds


def read_split(name: str, splits: Any, split: str) -> tuple[int, bool]:
    """Returns the number of examples, and whether any is from the split "train".

    Args:
        name: Name of the data set, for messages.
        splits: The splits of TFDS' builder.
        split: A split, in TFDS' syntax.

    Raises:
        ValueError: If it selects no examples.
    """
    try:
        instructions = tfds.core.ReadInstruction.from_spec(split).to_absolute(splits)
        count = splits[split].num_examples
    except Exception as error:
        # TFDS has several kinds of error for the many kinds of mistake.
        raise ValueError(_split_message(name, splits, split)) from error
    if count < 1:
        raise ValueError(_split_message(name, splits, split, ", which selects none"))
    return count, any(part.splitname == "train" for part in instructions)


def _split_message(name: str, splits: Any, split: Any, what: str = "") -> str:
    sizes = ", ".join(
        f"{key!r} ({splits[key].num_examples} examples)" for key in splits
    )
    return (
        f"Argument `split` must select examples of {name!r}, which has the splits "
        f"{sizes}. Received: split={split!r}{what}. Pass one of these, a part such as "
        '"train[:80%]", or several joined with "+".'
    )


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
