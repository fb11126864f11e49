"""What tables come from, whatever holds them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol


class Source(Protocol):
    """A table that is read block by block.

    Attributes:
        name: What it is called in messages.
        types: Name and `pyarrow` type of each column, in order.
        facts: What else a description tells, such as the separator.
        classes: Names of the classes of columns whose source fixes them, in order.
    """

    name: str
    facts: Mapping[str, str]
    classes: Mapping[str, tuple[str, ...]]

    @property
    def types(self) -> Mapping[str, Any]:
        """Name and type of each column."""

    def blocks(self, names: Sequence[str]) -> Iterator[Any]:
        """Yields the rows as `pyarrow` tables, of bounded size where read from files.

        Args:
            names: The columns that are wanted, at least one.
        """
