"""Reading back what a run has left."""

import dataclasses
import os
from pathlib import Path
from typing import Any

import keras

from keras_mlp.messages import no_complete_run, one_line
from keras_mlp.models import ModelFileError, load_model
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.own_data.table_recipe import TableRecipe
from keras_mlp.recipes.runs.run_record import RunRecordError, read_record


class RunDirectoryError(ValueError):
    """A directory does not hold what a complete run leaves."""


@dataclasses.dataclass(frozen=True)
class SavedRun:
    """A complete run.

    Args:
        directory: Where it lies.
        record: What its `run.json` holds.
        recipe: The recipe, with the run's settings.
    """

    directory: Path
    record: dict[str, Any]
    recipe: TrainedRecipe

    def model(self) -> keras.Model:
        """Loads the trained model.

        Raises:
            RunDirectoryError: If the file is missing, broken or refused, or does not
                fit the record.
        """
        try:
            model = load_model(self.directory / "model.keras")
        except (FileNotFoundError, ModelFileError) as error:
            raise RunDirectoryError(f"{error} Or train the recipe again.") from error
        try:
            self._check_fits(model)
        except (ValueError, TypeError) as error:
            raise RunDirectoryError(
                f"'{self.directory}' must hold a model that fits its run.json. "
                f"Received: another one ({one_line(error)}). Train the recipe again."
            ) from error
        return model

    def _check_fits(self, model: keras.Model) -> None:
        facts = self.record["data"]
        if isinstance(self.recipe, MLPRecipe):
            self.recipe.classifier(model, facts)
        if isinstance(self.recipe, TableRecipe):
            tabular = self.recipe.tabular(model)
            for name in ("columns", "class_names"):
                ours, theirs = getattr(tabular, name), facts[name]
                if list(ours or ()) != list(theirs or ()):
                    raise ValueError(f"it has other {name}")


def open_run(directory: str | os.PathLike[str]) -> SavedRun:
    """Opens a directory that `keras-mlp train` has written.

    Args:
        directory: The run directory.

    Raises:
        RunDirectoryError: If it holds no complete run.

    Example:

    ```python
    import pathlib
    import keras_mlp
    from keras_mlp.recipes.runs.run import run
    from keras_mlp.recipes.saved_run import open_run

    pathlib.Path("line").mkdir()
    run(keras_mlp.recipes.get("linear-regression"), "line", verbose=0)
    saved = open_run("line")
    assert saved.recipe.epochs == 20
    assert abs(float(saved.model().kernel) - 3) < 0.2
    ```
    """
    try:
        record, recipe = read_record(Path(directory) / "run.json")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RunDirectoryError(no_complete_run(directory)) from error
    except RunRecordError as error:
        raise RunDirectoryError(str(error)) from error
    return SavedRun(Path(directory), record, recipe)
