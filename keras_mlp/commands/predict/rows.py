"""Answers to the rows of a table, as a CSV file."""

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.shared.output import Output
from keras_mlp.export import TabularModel
from keras_mlp.files import replacing
from keras_mlp.recipes.own_data.other_rows import other_rows
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.saved_run import SavedRun

# Rows that are answered together.
ROWS = 4096


def predict_rows(
    saved: SavedRun,
    recipe: TableRecipe,
    files: Sequence[str],
    out: str | None,
    output: Output,
) -> None:
    """Writes the answers of a run's model to the rows of a table.

    Args:
        saved: The run.
        recipe: Its recipe.
        files: The table, one file.
        out: The CSV file to write; `None` chooses.
        output: Says where the answers are.

    Raises:
        CommandError: If there are several files, or the one to write exists.
        ValueError: If the table lacks columns.
    """
    if len(files) != 1:
        raise CommandError(
            f"FILE must be one table. Received: {len(files)} files. Give one at a time."
        )
    [file] = files
    target = Path(out or f"{Path(file).name.split('.')[0]}-predictions.csv")
    if os.path.lexists(target):
        raise CommandError(
            f"--out must be a new file. Received: '{target}', which exists; nothing "
            "was changed. Choose another."
        )
    model = recipe.tabular(saved.model())
    rows = other_rows(file, model, batch_size=ROWS, data_dir=recipe.data_dir)
    names = model.class_names
    with (
        replacing(target) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as written,
    ):
        writer = csv.writer(written, lineterminator="\n")
        if names is None:
            writer.writerow([recipe.target])
        else:
            writer.writerow([recipe.target, *(f"probability {n}" for n in names)])
        count = 0
        for answers in _answers(model, rows):
            writer.writerows(_cells(answers))
            count += len(next(iter(answers.values())))
    output.result(f"Answers to {count:,} rows: {target}")
    output.object({"file": str(target.absolute()), "rows": count})


def _answers(
    model: TabularModel, rows: tf.data.Dataset
) -> Iterator[dict[str, np.ndarray]]:
    answer = tf.function(model.answer, reduce_retracing=True)
    for columns, *_ in rows:
        yield {name: part.numpy() for name, part in answer(columns).items()}


def _cells(answers: dict[str, np.ndarray]) -> list[list[Any]]:
    if "predictions" in answers:
        return [[str(number)] for number in answers["predictions"]]
    classes = [name.decode() for name in answers["classes"]]
    return [
        [name, *(f"{probability:.6f}" for probability in probabilities)]
        for name, probabilities in zip(classes, answers["probabilities"], strict=True)
    ]
