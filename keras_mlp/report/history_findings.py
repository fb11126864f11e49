"""What the history of a training shows, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keras_mlp.report.arrays import check_same_length
from keras_mlp.report.text import number, percent

# A validation loss that is higher by less is noise; so is one that falls by less.
_RISE = 0.05
_FALL = 0.01
# A training loss that falls to less of what it was, while the validation loss does not.
_LEARNT_BY_HEART = 0.7
_WHAT_HELPS = (
    "More examples help, and so do dropout, weight decay or a smaller network."
)


def history_of(history: Any) -> dict[str, list[float]]:
    """Returns Keras' history as a dictionary: of `History`, a dictionary or `None`.

    Raises:
        ValueError: If its sequences differ in length.
    """
    if history is None:
        return {}
    values = dict(getattr(history, "history", history))
    if values:
        check_same_length(
            max(map(len, values.values())),
            "epoch",
            "Fill the epochs that have no value with nan.",
            **{f"history[{name!r}]": value for name, value in values.items()},
        )
    return values


def training_findings(history: Mapping[str, Sequence[float]]) -> list[str]:
    """Says where learning by heart begins, or that the training was too short.

    Args:
        history: A sequence per name, with an entry per epoch, as `fit` records it. What
            is looked at is `loss` and `val_loss`.

    Returns:
        A sentence for each thing that the figures show; none where they show nothing.

    Example:

    ```python
    from keras_mlp.report import training_findings

    history = {"loss": [0.9, 0.5, 0.3], "val_loss": [0.9, 0.6, 0.9]}
    [sentence] = training_findings(history)
    assert sentence.startswith("Overfitting begins after epoch 2")
    ```
    """
    loss = np.asarray(history.get("loss", ()), dtype="float64")
    if not np.isfinite(loss).all():
        first = int(np.flatnonzero(~np.isfinite(loss))[0]) + 1
        return [f"The training diverged: its loss is not finite from epoch {first} on."]
    validation = np.asarray(history.get("val_loss", ()), dtype="float64")
    validated = len(validation) > 0
    watched, name = (validation, "validation") if validated else (loss, "training")
    if len(watched) < 2 or not np.isfinite(watched).all():
        return []
    epochs, best = len(watched), int(watched.argmin())
    lowest, last = watched[best], watched[-1]
    if validated and last - lowest > _RISE * abs(lowest):
        rise = (last - lowest) / abs(lowest)
        rest = (
            f"the validation loss was lowest there ({number(lowest)}) and was "
            f"{percent(rise)} higher by epoch {epochs} ({number(last)})"
        )
        if len(loss) == epochs and loss[-1] < loss[best]:
            return [
                f"Overfitting begins after epoch {best + 1}: {rest}, while the "
                f"training loss fell from {number(loss[best])} to {number(loss[-1])}. "
                "Stop there, or keep the weights of that epoch, as "
                f"`callbacks.BestWeights` does. {_WHAT_HELPS}"
            ]
        return [f"The model was best after epoch {best + 1}: {rest}."]
    if (
        validated
        and len(loss) == epochs
        and best < epochs - 1
        and loss[-1] < _LEARNT_BY_HEART * loss[best]
        and loss[-1] < _LEARNT_BY_HEART * last
    ):
        return [
            f"Since epoch {best + 1} it learns the training examples by heart: their "
            f"loss fell from {number(loss[best])} to {number(loss[-1])}, that of the "
            f"validation examples did not ({number(lowest)}, then {number(last)}). "
            f"{_WHAT_HELPS}"
        ]
    # Over the last tenth of the epochs, at least one step.
    before = max(0, epochs - 1 - max(1, epochs // 10))
    fall = (watched[before] - last) / max(abs(watched[before]), 1e-12)
    if best == epochs - 1 and fall > _FALL:
        return [
            f"The training was too short: the {name} loss was still falling, by "
            f"{percent(fall)} between epoch {before + 1} and epoch {epochs}. Train for "
            "more epochs."
        ]
    return []
