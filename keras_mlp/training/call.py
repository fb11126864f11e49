"""What a call of `fit` was asked for, and where it begins."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Call:
    """What `fit` was asked for.

    Args:
        x: What it was given as `x`.
        validation_data: What it was given as `validation_data`.
        epochs: Number of epochs.
        batches: Batches of an epoch, `None` where nobody knows.
        whole_epochs: Whether epochs are the data's own, not so many steps of them.
    """

    x: Any
    validation_data: Any
    epochs: int
    batches: int | None
    whole_epochs: bool = True


@dataclasses.dataclass(frozen=True)
class Start:
    """Where `fit` begins.

    Args:
        epoch: The epoch, from 0 on.
        step: Number of batches of it that were trained on.
        trained: Whether those were all: the validation comes next.
        logs: What the last of those steps returned.
    """

    epoch: int = 0
    step: int = 0
    trained: bool = False
    logs: dict[str, Any] | None = None
