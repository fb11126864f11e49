"""What the descriptions of columns share."""

import abc
import dataclasses
from typing import Any, Self

from keras_mlp.validation import check_number


class Column(abc.ABC):
    """How a column becomes inputs of a network: a value, which can be saved as JSON.

    `TabularPreprocessing.adapt` learns what is `None`, and keeps what is given.
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

    def _check_scale(self, scale: float | None) -> None:
        """Raises unless a scale is not given, or is above 0."""
        if scale is not None and check_number("scale", scale, least=0) == 0:
            raise ValueError(
                "Argument `scale` must be above 0. Received: scale=0. Pass a deviation."
            )

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
