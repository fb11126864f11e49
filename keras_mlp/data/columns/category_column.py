"""A column of categories."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from keras_mlp.data.columns.column import Column
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_choice, check_positive_integer

ENCODINGS = ("one_hot", "compact", "embedding")

# The places of what is missing, and of what is not in the vocabulary.
MISSING, UNKNOWN = 0, 1
SPECIAL = 2


@serializable
@dataclasses.dataclass(frozen=True, kw_only=True)
class CategoryColumn(Column):
    """How a column of categories becomes inputs of a network.

    Categories are text; whole numbers are read as text, `7` as `"7"`. Each category
    has a place, after the two of what is missing and of what is not in the vocabulary.

    Args:
        vocabulary: The categories, all different and none empty. Defaults to `None`:
            those of the data, the commonest first.
        encoding: `"one_hot"`, an input for each place; `"compact"`, an input for each
            category, or one that is 1 and -1 for two of them, all 0 for what is missing
            or unknown; or `"embedding"`, trained numbers for each place. Defaults to
            `None`: the `category_encoding` of the layer up to its `one_hot_limit`, an
            embedding above.
        embedding_dim: Numbers of an embedding. Defaults to `None`: those of the layer.

    Example:

    ```python
    from keras_mlp import data

    sizes = data.CategoryColumn(vocabulary=["small", "large"], encoding="one_hot")
    layer = data.TabularPreprocessing({"size": sizes})
    rows = layer({"size": ["large", "", "huge"]}).numpy().tolist()
    assert rows == [[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]]
    ```
    """

    vocabulary: Sequence[str] | None = None
    encoding: str | None = None
    embedding_dim: int | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None:
            check_choice("encoding", self.encoding, ENCODINGS)
        if self.embedding_dim is not None:
            check_positive_integer("embedding_dim", self.embedding_dim)
        if self.vocabulary is not None:
            object.__setattr__(self, "vocabulary", _checked(self.vocabulary))

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be learnt."""
        if self.encoding == "embedding" and self.embedding_dim is None:
            return False
        return self.vocabulary is not None and self.encoding is not None

    @property
    def places(self) -> int:
        """How many places there are, two of them for missing and unknown values."""
        assert self.vocabulary is not None
        return SPECIAL + len(self.vocabulary)

    @property
    def lit(self) -> list[tuple[int, int | None]]:
        """The place at which each input is 1, and that at which it is -1, if any.

        For an encoding other than `"embedding"`.
        """
        if self.encoding == "one_hot":
            return [(place, None) for place in range(self.places)]
        if self.places == SPECIAL + 2:
            return [(SPECIAL, SPECIAL + 1)]
        return [(place, None) for place in range(SPECIAL, self.places)]

    @property
    def width(self) -> int:
        """Number of inputs of the network."""
        if self.encoding != "embedding":
            return len(self.lit)
        assert self.embedding_dim is not None
        return self.embedding_dim


def as_text(name: str, numbers: np.ndarray) -> np.ndarray:
    """Returns whole numbers as text, which categories are.

    Args:
        name: Name of the column, for the message.
        numbers: float32, NaN for what is missing.

    Raises:
        ValueError: If one is not whole.
    """
    known = ~np.isnan(numbers)
    whole = np.where(known & (np.abs(numbers) < 2**53), numbers, 0)
    if (np.floor(whole) != whole).any() or np.isinf(numbers).any():
        row = int(np.flatnonzero((np.floor(whole) != whole) | np.isinf(numbers))[0])
        raise ValueError(
            f"Column {name!r} must hold text or whole numbers to be one of categories. "
            f"Received: {numbers[row]} in row {row}. Round it, or make it text."
        )
    texts = np.full(len(numbers), "", dtype=object)
    texts[known] = [str(number) for number in whole[known].astype("int64").tolist()]
    return texts


def _checked(vocabulary: Sequence[str]) -> tuple[str, ...]:
    words = () if isinstance(vocabulary, str) else tuple(vocabulary)
    right = all(isinstance(word, str) and word for word in words)
    if not right or len(set(words)) != len(words):
        raise ValueError(
            "Argument `vocabulary` must hold texts, all different and none empty. "
            f"Received: vocabulary={vocabulary!r}. Pass for example ['red', 'green']."
        )
    return words
