"""What a run directory holds until the run is complete."""

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from keras_mlp.callbacks import ExactResume
from keras_mlp.files import is_leftover, write_atomically
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.lookup import get
from keras_mlp.resuming import ResumeError

NAME = "resume"
SETTINGS = "settings.json"


class ResumableRun:
    """The state of a run that is not complete, in a directory in the run's own.

    Args:
        directory: The run directory.
        save_every: Seconds after which the state is saved. Defaults to 10.
    """

    def __init__(
        self, directory: str | os.PathLike[str], save_every: float = 10.0
    ) -> None:
        self.directory = Path(directory) / NAME
        self.callback = ExactResume(self.directory, every_seconds=save_every)

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Keeps other processes out.

        Raises:
            DirectoryInUseError: If one is there.
        """
        return self.callback.locked()

    @property
    def has_begun(self) -> bool:
        """Whether the run was begun, so that it can be resumed."""
        return (self.directory / SETTINGS).exists()

    def begin(self, recipe: TrainedRecipe, seed: int) -> None:
        """Writes down what is trained, or checks that it is what was begun.

        Args:
            recipe: What is trained.
            seed: The seed of the run.

        Raises:
            ResumeError: If another recipe, or other settings, were begun.
        """
        ours = _settings(recipe, seed)
        if not self.has_begun:
            write_atomically(
                self.directory / SETTINGS, json.dumps(ours, indent=1) + "\n"
            )
            return
        begun = self.settings()
        for name, value in _flat(ours).items():
            before = _flat(begun).get(name)
            if name != "data_dir" and value != before:
                raise ResumeError(
                    f"'{self.directory.parent}' must be resumed with the settings that "
                    f"it was begun with. Received: {name}={value!r}, where it was "
                    f"begun with {name}={before!r}. Leave that setting out, or choose "
                    "a new directory."
                )

    def settings(self) -> dict[str, Any]:
        """Returns what was written down when the run was begun.

        Raises:
            ResumeError: If it cannot be read.
        """
        path = self.directory / SETTINGS
        try:
            settings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ResumeError(
                f"'{path}' must be the settings of a run. Received: a file that cannot "
                f"be read as such ({error}). Start again in another directory."
            ) from error
        return settings

    def remove(self) -> None:
        """Removes all of it: the run is complete."""
        shutil.rmtree(self.directory)

    def remove_unless_saved(self) -> None:
        """Removes all of it if there is no state to go on from."""
        if not self.callback.has_saved:
            self.remove()


def recipe_of(settings: dict[str, Any]) -> tuple[TrainedRecipe, int]:
    """Returns the recipe, with its settings, and the seed of a run that has begun.

    Args:
        settings: What was written down of the run.
    """
    recipe = get(settings["recipe"])
    assert isinstance(recipe, TrainedRecipe)
    changes = {name: settings[name] for name in ("dataset", "data_dir")}
    hyperparameters = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in settings["hyperparameters"].items()
    }
    return recipe.replace(**changes, **hyperparameters), settings["seed"]


def holds_nothing(directory: Path) -> bool:
    """Returns whether a directory is empty but for what a killed process has left.

    Args:
        directory: An existing directory.
    """
    return all(
        is_leftover(path) or (path.name == NAME and not (path / SETTINGS).exists())
        for path in directory.iterdir()
    )


def _settings(recipe: TrainedRecipe, seed: int) -> dict[str, Any]:
    settings = {
        "recipe": recipe.name,
        "dataset": recipe.dataset,
        "data_dir": recipe.data_dir,
        "seed": seed,
        "hyperparameters": recipe.hyperparameters(),
    }
    # As it will be read: tuples are lists there.
    written: dict[str, Any] = json.loads(json.dumps(settings))
    return written


def _flat(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, **settings["hyperparameters"], "hyperparameters": None}
