"""livelossplot: what its plots are sent."""

from pathlib import Path
from typing import Any

from livelossplot.main_logger import MainLogger
from livelossplot.outputs.base_output import BaseOutput


class _Kept(BaseOutput):
    """An output that keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, logger: MainLogger) -> None:
        self.sent.append(
            {
                name: [[item.step, float(item.value)] for item in items]
                for name, items in logger.log_history.items()
            }
        )

    def _set_output_mode(self, mode: str) -> None:
        pass


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what the plot was sent, and whether there is a picture."""
    kept = _Kept()
    example["keras"].utils.set_random_seed(1)
    example["network"]().fit(
        example["x"],
        example["y"],
        epochs=3,
        validation_split=0.2,
        callbacks=[example["PlotLossesKeras"](outputs=[kept])],
        verbose=0,
    )
    return {
        "history": example["history"].history,
        "sent": kept.sent,
        "picture": Path("losses.png").exists(),
    }
