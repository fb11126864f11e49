"""Carrying out recipes over several seeds and comparing with their sources."""

import dataclasses
import json
import math
import os
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from keras_mlp.files import write_atomically
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.recipes.recipe import Figure, Recipe
from keras_mlp.recipes.runs.train import train
from keras_mlp.report import plot_trace
from keras_mlp.version import versions

HEADER = ("recipe", "figure", "published", "ours: mean", "range", "expected", "verdict")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reproduction:
    """One figure of a recipe beside ours.

    Args:
        recipe: Name of the recipe.
        dataset: The data set that ours was measured on.
        figure: The figure.
        values: Ours, one for each seed.
        comparable: Whether the data set is the documented one.
    """

    recipe: str
    dataset: str
    figure: Figure
    values: tuple[float, ...]
    comparable: bool

    @property
    def mean(self) -> float:
        """Our mean over the seeds."""
        return statistics.fmean(self.values)

    @property
    def verdict(self) -> str:
        """Whether our mean is in the expected range."""
        if not self.comparable:
            return f"not compared: {self.dataset}"
        within = self.figure.low <= self.mean <= self.figure.high
        return "reproduced" if within else "differs"

    def row(self) -> list[str]:
        """Returns the entries of the table, in the order of `HEADER`."""
        least, most = min(self.values), max(self.values)
        return [
            self.recipe,
            self.figure.name,
            self.figure.published or "not given",
            _number(self.mean),
            _number(least) if least == most else f"{_number(least)} … {_number(most)}",
            _expected(self.figure.low, self.figure.high),
            self.verdict,
        ]


def reproduce(
    recipe: Recipe,
    documented_dataset: str | None,
    seeds: Sequence[int],
    directory: str | os.PathLike[str],
    progress: Callable[[str], None] = print,
) -> list[Reproduction]:
    """Carries out a recipe once for each seed and measures its figures.

    Where the recipe records losses of single batches or has a published trace,
    `trace-RECIPE.png` shows ours, and the published one where there is one.

    Args:
        recipe: The recipe; its data set may be another than the documented one.
        documented_dataset: The data set that the figures belong to, or `None`
            where there is no data.
        seeds: The seeds.
        directory: Where the picture goes.
        progress: Called with one line after each seed.

    Returns:
        One `Reproduction` for each figure.

    Example:

    ```python
    import keras_mlp
    from keras_mlp.recipes.runs.reproduce import reproduce

    recipe = keras_mlp.recipes.get("sequential-toy")
    rows = reproduce(recipe, None, seeds=[0], directory=".")
    assert [row.verdict for row in rows] == ["reproduced"] * 4
    ```
    """
    measured: list[list[float]] = []
    traces: list[list[float]] = []
    for seed in seeds:
        outcome = (
            train(recipe, seed, verbose=0)
            if isinstance(recipe, TrainedRecipe)
            else Outcome(recipe=recipe, seed=seed, model=recipe.model(seed))
        )
        measured.append([float(figure.measure(outcome)) for figure in recipe.figures])
        traces.append(_trace(outcome))
        figures = ", ".join(
            f"{figure.name} {_number(value)}"
            for figure, value in zip(recipe.figures, measured[-1], strict=True)
        )
        progress(f"{recipe.name}, seed {seed}: {figures}")
    dataset = recipe.dataset if isinstance(recipe, TrainedRecipe) else "none"
    comparable = documented_dataset is None or dataset == documented_dataset
    if isinstance(recipe, MLPRecipe) and traces[0]:
        _draw_trace(recipe, traces, Path(directory), with_published=comparable)
    return [
        Reproduction(
            recipe=recipe.name,
            dataset=dataset,
            figure=figure,
            values=values,
            comparable=comparable,
        )
        for figure, values in zip(
            recipe.figures, zip(*measured, strict=True), strict=True
        )
    ]


def write_table(
    rows: Sequence[Reproduction],
    seeds: Sequence[int],
    directory: str | os.PathLike[str],
) -> None:
    """Writes `reproduction.json` and `reproduction.md`.

    Args:
        rows: The figures.
        seeds: The seeds that they were measured over.
        directory: Where the files go.
    """
    directory = Path(directory)
    text = json.dumps(record_of(rows, seeds), indent=1)
    write_atomically(directory / "reproduction.json", text + "\n")
    write_atomically(directory / "reproduction.md", markdown_table(rows))


def record_of(rows: Sequence[Reproduction], seeds: Sequence[int]) -> dict[str, Any]:
    """Returns what `reproduction.json` holds.

    Args:
        rows: The figures.
        seeds: The seeds that they were measured over.
    """
    return {
        "seeds": list(seeds),
        "versions": versions(),
        "figures": [
            {
                "recipe": row.recipe,
                "dataset": row.dataset,
                "figure": row.figure.name,
                "published": row.figure.published,
                "expected": [_finite(row.figure.low), _finite(row.figure.high)],
                "values": [_finite(value) for value in row.values],
                "mean": _finite(row.mean),
                "verdict": row.verdict,
            }
            for row in rows
        ],
    }


def markdown_table(rows: Sequence[Reproduction]) -> str:
    """Returns the figures as a table in Markdown.

    Args:
        rows: The figures.
    """
    lines = [HEADER, ["---"] * len(HEADER), *(row.row() for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _trace(outcome: Outcome) -> list[float]:
    """Returns the losses that can be drawn over a published trace."""
    if outcome.step_losses:
        return [loss for epoch in outcome.step_losses for loss in epoch]
    return outcome.history["loss"] if "losses" in outcome.recipe.published else []


def _draw_trace(
    recipe: MLPRecipe,
    traces: list[list[float]],
    directory: Path,
    with_published: bool,
) -> None:
    steps = (
        recipe.trace_steps(recipe.epochs)
        if recipe.trace_every
        else list(range(len(traces[0])))
    )
    plot_trace(
        steps,
        traces,
        directory / f"trace-{recipe.name}.png",
        published=recipe.published_trace() if with_published else None,
        title=f"{recipe.name} on {recipe.dataset}, {len(traces)} seeds",
    )


def _number(value: float) -> str:
    """Returns a number with four significant digits, and counts in full."""
    if math.isnan(value):
        return "none"
    return str(int(value)) if value == int(value) else f"{value:.4g}"


def _expected(low: float, high: float) -> str:
    if low == high:
        return _number(low)
    if math.isinf(high):
        return f"at least {_number(low)}"
    return f"{_number(low)} … {_number(high)}"


def _finite(value: float) -> float | None:
    """Returns a number as JSON has it: it knows no infinity."""
    return value if math.isfinite(value) else None
