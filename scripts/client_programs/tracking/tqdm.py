"""tqdm: what its bars are told, for each of the ways in which they show batches."""

import io
from typing import Any

from tqdm import tqdm
from tqdm.keras import TqdmCallback


class _RecordingBar(tqdm):
    """A bar that keeps what it was told."""

    told: list[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.told = []
        super().__init__(*args, file=io.StringIO(), **kwargs)

    def reset(self, total: float | None = None) -> None:
        self.told.append(["reset", total])
        super().reset(total)

    def set_postfix(self, logs: Any = None, refresh: Any = True, **kwargs: Any) -> None:
        self.told.append(["postfix", {k: float(v) for k, v in logs.items()}])
        super().set_postfix(logs, refresh, **kwargs)

    def update(self, n: float | None = 1) -> bool | None:
        self.told.append(["update", n])
        return super().update(n)


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what the bars were told."""
    found: dict[str, Any] = {"history": example["history"].history}
    for verbose in (0, 1, 2):
        bars: list[_RecordingBar] = []

        def bar(*args: Any, bars: list[_RecordingBar] = bars, **kwargs: Any) -> Any:
            bars.append(_RecordingBar(*args, **kwargs))
            return bars[-1]

        example["keras"].utils.set_random_seed(1)
        callback = TqdmCallback(
            data_size=len(example["x"]), batch_size=64, verbose=verbose, tqdm_class=bar
        )
        example["network"]().fit(
            example["x"],
            example["y"],
            batch_size=64,
            epochs=2,
            validation_split=0.2,
            callbacks=[callback],
            verbose=0,
        )
        found[f"verbose={verbose}"] = [one.told for one in bars]
    return found
