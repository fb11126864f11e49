"""Where in a training a state was saved."""

import dataclasses
from typing import Any, Self


@dataclasses.dataclass(frozen=True, kw_only=True)
class Position:
    """Where in a training a state was saved.

    Args:
        epoch: The epoch, from 0 on.
        step: Number of batches of it that were trained on.
        trained: Whether those were all: the validation comes next.
    """

    epoch: int = 0
    step: int = 0
    trained: bool = False

    @property
    def within_epoch(self) -> bool:
        """Whether some of an epoch's batches were trained on and some were not."""
        return self.step > 0 and not self.trained

    @classmethod
    def of(cls, state: dict[str, Any]) -> Self:
        """Returns the position that a state has.

        Args:
            state: What `dataclasses.asdict` returned.
        """
        return cls(**state)
