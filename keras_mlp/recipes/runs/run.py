"""Training a recipe into a run directory."""

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.files import remove_leftovers, replacing, write_atomically
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.recipes.runs.resumable_run import ResumableRun
from keras_mlp.recipes.runs.run_record import FORMAT
from keras_mlp.recipes.runs.shortfall import Shortfall, shortfall
from keras_mlp.recipes.runs.train import train
from keras_mlp.report import Section, require_matplotlib, write_report
from keras_mlp.report.sections import history_sections
from keras_mlp.version import versions


def run(
    recipe: TrainedRecipe,
    directory: str | os.PathLike[str],
    seed: int = 0,
    verbose: int | str = "auto",
    save_every: float = 10.0,
    strategy: tf.distribute.Strategy | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> dict[str, Any]:
    """Trains a recipe and writes all of its results into a directory.

    The directory gets `run.json`, `history.csv`, `model.keras`, `saved_model/`,
    the pictures and `report.html`. Each appears whole or not at all, `run.json`
    last: where it lies, the run is complete. Until then the directory `resume/` in it
    holds the state of the training, from which the same call goes on.

    Args:
        recipe: What to train.
        directory: An existing directory: an empty one, or one in which a run with the
            same recipe and seed was stopped.
        seed: Integer that fixes the initial weights and the order of the data.
        verbose: As for `keras.Model.fit`.
        save_every: Seconds after which the state is saved. Defaults to 10.
        strategy: What to train under, or `None`. Of several workers this is for the
            chief; the others call `train`.
        callbacks: Called beside those of the recipe.

    Returns:
        What `run.json` holds.

    Raises:
        DirectoryInUseError: If another process trains into the directory.
        ResumeError: If the run that was stopped there had other settings.

    Example:

    ```python
    import pathlib
    import keras_mlp
    from keras_mlp.recipes.runs.run import run

    pathlib.Path("first-run").mkdir()
    recipe = keras_mlp.recipes.get("digits").replace(epochs=1)
    record = run(recipe, "first-run", seed=0, verbose=0)
    assert record["test"]["accuracy"] > 0.7
    ```
    """
    directory = Path(directory)
    begun = ResumableRun(directory, save_every)
    with begun.locked():
        begun.begin(recipe, seed)
        remove_leftovers(directory)
        try:
            record = _train_and_write(
                recipe, directory, seed, verbose, begun, strategy, callbacks
            )
        except BaseException:
            begun.remove_unless_saved()
            raise
        begun.remove()
    return record


def _train_and_write(
    recipe: TrainedRecipe,
    directory: Path,
    seed: int,
    verbose: int | str,
    begun: ResumableRun,
    strategy: tf.distribute.Strategy | None,
    callbacks: Sequence[keras.callbacks.Callback],
) -> dict[str, Any]:
    outcome = train(recipe, seed, verbose, begun.callback, strategy, callbacks)
    model = outcome.model
    record: dict[str, Any] = {
        "format": FORMAT,
        "recipe": recipe.name,
        "dataset": recipe.dataset,
        "data": recipe.data_facts(),
        "seed": seed,
        "versions": versions(),
        "hyperparameters": recipe.hyperparameters(),
        "history": outcome.history,
        "test": outcome.test,
        "seconds_per_epoch": outcome.seconds_per_epoch,
    }
    with replacing(directory / "model.keras") as temporary:
        model.save(temporary)
    with replacing(directory / "saved_model") as temporary:
        recipe.export(model, temporary)
    write_atomically(directory / "history.csv", _as_csv(outcome.history))
    _write_report(recipe, outcome, record, directory)
    write_atomically(directory / "run.json", json.dumps(record, indent=1) + "\n")
    return record


def _as_csv(history: dict[str, list[float]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *history])
    for epoch, values in enumerate(zip(*history.values(), strict=True), start=1):
        writer.writerow([epoch, *values])
    return text.getvalue()


def _learning_rate(settings: dict[str, Any]) -> dict[str, str]:
    """Returns what a reader wants to know first of how it was trained."""
    if "learning_rate" not in settings:
        return {}
    schedule = settings.get("schedule")
    falling = "" if schedule is None else f", falling to 0 ({schedule})"
    rate = settings["learning_rate"]
    rate = "as published" if rate is None else f"{rate:g}{falling}"
    return {"learning rate": f"{rate}, with {settings['optimizer']}"}


def _write_report(
    recipe: TrainedRecipe, outcome: Outcome, record: dict[str, Any], directory: Path
) -> None:
    pictures: Path | None = directory
    without: dict[str, object] = {}
    try:
        require_matplotlib()
    except ImportError as error:
        pictures = None
        without = {"pictures": f"left out. {error}"}
    training = history_sections(record["history"], pictures, title=recipe.name)
    settings = Section(
        "Settings",
        recipe.notes,
        table=(
            ["setting", "value"],
            [
                *(
                    (name, str(value))
                    for name, value in record["hyperparameters"].items()
                ),
                *record["versions"].items(),
            ],
        ),
        folded=True,
    )
    facts = {
        "recipe": recipe.name,
        "network": recipe.title,
        "data set": recipe.dataset,
        "seed": record["seed"],
        **_learning_rate(record["hyperparameters"]),
        **{f"test {name}": f"{value:.4f}" for name, value in record["test"].items()},
        "seconds per epoch": f"{record['seconds_per_epoch']:.3g}",
        **without,
    }
    short = shortfall(recipe)
    sections = [
        *([] if short is None else [_beside_the_documented(short)]),
        *recipe.pictures(outcome, pictures),
        *training,
        settings,
    ]
    write_report(directory / "report.html", f"Run of {recipe.name}", facts, sections)


def _beside_the_documented(short: Shortfall) -> Section:
    rows = [("training images", *short.images), ("steps", *short.steps)]
    return Section(
        "Beside the documented training",
        table=(
            ["", "this run", "documented"],
            [(name, f"{ours:,}", f"{theirs:,}") for name, ours, theirs in rows],
        ),
        findings=[short.explanation()],
    )
