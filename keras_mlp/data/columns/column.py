"""What the descriptions of columns share."""

import abc
import dataclasses
from typing import Any, Self


class Column(abc.ABC):
    """How a column becomes inputs of a network: a value, which can be saved as JSON.

    What is `None` is learnt by `TabularPreprocessing.adapt`; what is given is kept.
    """

    @property
    @abc.abstractmethod
    def is_complete(self) -> bool:
        """Whether nothing is left to be learnt."""

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this column again."""
        return {
            field.name: list(value) if isinstance(value, tuple) else value
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
            for value in [getattr(self, field.name)]
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Returns the column of a configuration."""
        return cls(**config)

    def completed(self, **learnt: Any) -> Self:
        """Returns a copy with what was learnt, where nothing was given.

        Args:
            **learnt: Values of fields.
        """
        changes = {
            name: value for name, value in learnt.items() if getattr(self, name) is None
        }
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]
