"""Which examples a split in TFDS' syntax names."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from keras_mlp.data.preparing import lazy_tfds as tfds


@dataclasses.dataclass(frozen=True)
class SplitChoice:
    """Some examples of a data set.

    Args:
        parts: Name of a split, and where in it the examples begin and end, for each
            part in turn.
    """

    parts: tuple[tuple[str, int, int], ...]

    @property
    def count(self) -> int:
        """Number of examples."""
        return sum(end - begin for _, begin, end in self.parts)

    @property
    def reads_train(self) -> bool:
        """Whether any of them is from the split `train`."""
        return any(name == "train" for name, _, _ in self.parts)


def choose_split(name: str, splits: Mapping[str, Any], split: Any) -> SplitChoice:
    """Returns which examples a split names.

    Args:
        name: Name of the data set, for the message.
        splits: TFDS' splits of it.
        split: A split, in TFDS' syntax.

    Raises:
        ValueError: If it names none.
    """
    try:
        instructions = tfds.core.ReadInstruction.from_spec(split).to_absolute(splits)
        choice = SplitChoice(
            tuple(
                (
                    part.splitname,
                    part.from_ or 0,
                    splits[part.splitname].num_examples if part.to is None else part.to,
                )
                for part in instructions
            )
        )
    except Exception as error:
        # TFDS has several kinds of error for the many kinds of mistake.
        raise ValueError(_message(name, splits, split)) from error
    if choice.count < 1:
        raise ValueError(_message(name, splits, split, ", which selects none"))
    return choice


def _message(name: str, splits: Mapping[str, Any], split: Any, what: str = "") -> str:
    sizes = ", ".join(
        f"{key!r} ({splits[key].num_examples} examples)" for key in splits
    )
    return (
        f"Argument `split` must select examples of {name!r}, which has the splits "
        f"{sizes}. Received: split={split!r}{what}. Pass one of these, a part such as "
        '"train[:80%]", or several joined with "+".'
    )
