"""The progress of a training in one line of a terminal."""

import shutil
import textwrap
import time
from typing import Any

import keras

WIDTH = 20
# Seconds between two pictures of the line.
INTERVAL = 0.1


class ProgressLine(keras.callbacks.ProgbarLogger):
    """A progress bar that is never wider than the terminal.

    Keras' own bar, in whose place it comes, draws itself again and again below where
    it does not fit.
    """

    # Moving from group to group of steps is enough: it slows nothing down.
    hears_groups = True

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begins a line."""
        self._title = f"Epoch {epoch + 1}/{self.epochs}"
        self._begin = self._shown = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Draws the line again."""
        now = time.perf_counter()
        if now - self._shown < INTERVAL:
            return
        self._shown = now
        step = batch + 1
        bar = f"step {step}"
        if self.target:
            done = min(WIDTH, WIDTH * step // self.target)
            left = (now - self._begin) / step * (self.target - step)
            bar = f"{'━' * done}{'─' * (WIDTH - done)} {step}/{self.target} {left:.0f}s"
        text = f"{self._title} {bar}  {_figures(logs)}"
        self._draw(text[: _columns()])

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Puts the figures of the epoch in the line's place."""
        seconds = time.perf_counter() - self._begin
        text = f"{self._title}  {seconds:.0f}s  {_figures(logs)}"
        lines = textwrap.wrap(text, _columns(), subsequent_indent="    ")
        self._draw("\n".join(lines) + "\n")

    def _draw(self, text: str) -> None:
        # The escape erases what was there before.
        print(f"\r\x1b[K{text}", end="", flush=True)


def _columns() -> int:
    # One less: a full line moves the cursor to the next.
    return shutil.get_terminal_size().columns - 1


def _figures(logs: dict[str, Any] | None) -> str:
    figures = (logs or {}).items()
    return " ".join(f"{name}={float(value):.4f}" for name, value in figures)
