"""`keras-mlp export`: a run's network for places without this package."""

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from keras_mlp.commands.command_error import CommandError, as_command_error
from keras_mlp.commands.export import FORMATS
from keras_mlp.export import (
    ImageClassifier,
    export_litert,
    export_onnx,
    export_saved_model,
    load_predictor,
)
from keras_mlp.export.tables.coded_table import signature_path
from keras_mlp.export.tables.saved_table import SIGNATURE
from keras_mlp.export.target import check_target
from keras_mlp.recipes import MLPRecipe
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.saved_run import SavedRun, open_run

REPRESENTATIVE_IMAGES = 500


def run(arguments: argparse.Namespace) -> None:
    """Exports, runs what was exported on the test images, and prints how it did."""
    suffix, _ = FORMATS[arguments.format]
    with as_command_error():
        saved = open_run(arguments.run)
        recipe = saved.recipe
        if isinstance(recipe, TableRecipe):
            _export_table(saved, recipe, arguments)
            return
        if not isinstance(recipe, MLPRecipe):
            raise CommandError(
                f"RUN must be the run of a classifier. Received: '{arguments.run}', a "
                f"run of '{recipe.name}'. Its saved_model/ holds the network as it is."
            )
    out = Path(arguments.out) if arguments.out else _default(saved, arguments)
    with _directory_of(out, made=not arguments.out):
        with as_command_error():
            path = check_target(out, suffix=suffix, overwrite=arguments.overwrite)
            # Read before anything is written: a missing data set stops the command.
            if arguments.data_dir is not None:
                recipe = recipe.replace(data_dir=arguments.data_dir)
            images, labels = recipe.raw_images(recipe.split_of("test"))
            model = saved.model()
        classifier = recipe.classifier(model, saved.record["data"])
        _export(classifier, path, arguments, recipe)
    print(f"Exported: {path} ({_megabytes(path):.2f} MB)")
    expected = recipe.predict(model, images)
    print(f"On the {len(images)} test images of {recipe.dataset}:")
    for line in comparison(expected, load_predictor(path)(images), labels):
        print(f"  {line}")


def _export_table(
    saved: SavedRun, recipe: TableRecipe, arguments: argparse.Namespace
) -> None:
    if arguments.quantize != "none":
        raise CommandError(
            "--quantize is for models of images. Received: --quantize "
            f"{arguments.quantize}. Leave it out."
        )
    suffix, _ = FORMATS[arguments.format]
    out = Path(arguments.out) if arguments.out else _default(saved, arguments)
    with _directory_of(out, made=not arguments.out):
        check_target(out, suffix=suffix, overwrite=arguments.overwrite)
        model = recipe.tabular(saved.model())
        write = {"litert": export_litert, "onnx": export_onnx}.get(
            arguments.format, export_saved_model
        )
        write(model, out, overwrite=arguments.overwrite)
    print(f"Exported: {out} ({_megabytes(out):.2f} MB)")
    about = signature_path(out) if suffix else out / SIGNATURE
    print(f"What it takes and gives: {about}")


def _megabytes(path: Path) -> float:
    files = [file for file in [path, *path.rglob("*")] if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def _export(
    classifier: ImageClassifier,
    path: Path,
    arguments: argparse.Namespace,
    recipe: MLPRecipe,
) -> None:
    if arguments.format == "saved_model":
        export_saved_model(classifier, path, overwrite=arguments.overwrite)
        return
    if arguments.format == "onnx":
        export_onnx(classifier, path, overwrite=arguments.overwrite)
        return
    representative = None
    if arguments.quantize == "int8":
        batches = recipe.raw_batches(recipe.split_of("train")).unbatch()
        images = [i for i, _ in batches.take(REPRESENTATIVE_IMAGES).as_numpy_iterator()]
        representative = np.stack(images).astype("uint8")
    export_litert(
        classifier,
        path,
        quantize=arguments.quantize,
        representative_images=representative,
        overwrite=arguments.overwrite,
    )


def _default(saved: SavedRun, arguments: argparse.Namespace) -> Path:
    suffix, _ = FORMATS[arguments.format]
    name = f"model{suffix}" if suffix else arguments.format
    if arguments.quantize != "none":
        name = f"model-{arguments.quantize}{suffix}"
    return saved.directory / "export" / name


@contextlib.contextmanager
def _directory_of(path: Path, made: bool) -> Iterator[None]:
    """Makes the directory of the default target, and removes it if nothing came."""
    if made:
        path.parent.mkdir(exist_ok=True)
    try:
        yield
    finally:
        if made:
            # Only where it is empty.
            with contextlib.suppress(OSError):
                path.parent.rmdir()


def comparison(
    expected: np.ndarray, found: np.ndarray, labels: np.ndarray
) -> list[str]:
    """Returns in words how an export compares with the model it was made of.

    Args:
        expected: Probabilities of the run's model, `[images, classes]`.
        found: Those of the export.
        labels: The right classes, `[images]`.
    """
    answers, exported = (np.argmax(rows, axis=-1) for rows in (expected, found))
    before, after = (float(np.mean(rows == labels)) for rows in (answers, exported))
    return [
        f"accuracy of the run's model: {before:.4f}",
        f"accuracy of the export: {after:.4f} "
        f"({100 * (before - after):.2f} points lost)",
        f"other answers than the run's model: {np.sum(answers != exported)}",
        f"largest difference of a probability: {np.max(np.abs(expected - found)):.1e}",
    ]
