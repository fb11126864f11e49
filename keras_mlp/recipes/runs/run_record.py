"""What `run.json` holds, and reading it from files that anyone may have written."""

import json
import os
from typing import Any

from keras_mlp.data.image_files.headers import MAXIMUM_PIXELS
from keras_mlp.files import read_whole
from keras_mlp.messages import one_line, printable
from keras_mlp.recipes.kinds.image_recipe import ImageRecipe
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.lookup import get
from keras_mlp.recipes.own_data.table_recipe import TableRecipe

# Raised when a record no longer means what it did.
FORMAT = 1

# A record has a few kilobytes.
_MAXIMUM_BYTES = 2**26
# No setting counts anything near it, and what is counted takes memory.
_MAXIMUM_NUMBER = 10**8


class RunRecordError(ValueError):
    """A file is not the record of a run that this version can read."""


def read_record(
    path: str | os.PathLike[str],
) -> tuple[dict[str, Any], TrainedRecipe]:
    """Reads `run.json`, checks all that is used of it, and finds the recipe.

    Args:
        path: The file.

    Returns:
        What it holds, and the recipe with the run's settings.

    Raises:
        FileNotFoundError: If there is no such file.
        RunRecordError: If it is another file, a damaged one, or of a later version.
    """
    remedy = "Train the recipe again."
    try:
        record = json.loads(read_whole(path, _MAXIMUM_BYTES))
        if not isinstance(record, dict):
            raise RunRecordError("it holds no settings")
        form = record.get("format", FORMAT)
        if type(form) is not int or form > FORMAT:
            remedy = "Install the version of keras_mlp that wrote it."
            raise RunRecordError(f"its format is {form!r}, and this one is {FORMAT}")
        return record, _recipe_of(record)
    except (FileNotFoundError, NotADirectoryError):
        raise
    # The last is that of JSON that is nested too deep.
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        if isinstance(error, KeyError):
            reason = f"it lacks {error}"
        raise RunRecordError(
            f"'{os.fspath(path)}' must be the record of a run. Received: a file that "
            f"cannot be read as one ({reason or one_line(error)}). {remedy}"
        ) from error


def _recipe_of(record: dict[str, Any]) -> TrainedRecipe:
    name, dataset = record["recipe"], record["dataset"]
    for value in (name, dataset):
        _expect(isinstance(value, str), "a name", value)
    recipe = get(name)
    if not isinstance(recipe, TrainedRecipe):
        raise RunRecordError(f"recipe '{name}' is not trained")
    settings = record["hyperparameters"]
    _expect(isinstance(settings, dict), "hyperparameters by name", settings)
    known = recipe.hyperparameters()
    for setting, value in settings.items():
        _expect(setting in known, f"a setting of '{name}'", setting)
        _expect(_alike(value, known[setting]), f"a value for '{setting}'", value)
    _expect(_is_count(record["seed"], 2**63, least=0), "a seed", record["seed"])
    if isinstance(recipe, ImageRecipe):
        _check_image_facts(record["data"])
    if isinstance(recipe, TableRecipe):
        _check_table_facts(record["data"])
    changes = {
        setting: tuple(value) if isinstance(value, list) else value
        for setting, value in settings.items()
    }
    return recipe.replace(dataset=dataset, **changes)


def _alike(value: Any, known: Any) -> bool:
    """Returns whether a value is of the kind that a setting has."""
    if isinstance(value, list):
        return isinstance(known, tuple) and (
            all(_is_count(entry, _MAXIMUM_NUMBER) for entry in value)
            or all(isinstance(entry, str) for entry in value)
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        is_number = isinstance(known, (int, float)) and not isinstance(known, bool)
        return is_number and abs(value) <= _MAXIMUM_NUMBER
    # Names and no names, and initializers, which are names or what Keras writes.
    nameable = (str, dict, type(None))
    return type(value) is type(known) or (
        isinstance(value, nameable) and isinstance(known, nameable)
    )


def _check_image_facts(facts: Any) -> None:
    _expect(isinstance(facts, dict), "what the data are", facts)
    shape, names = facts["image_shape"], facts["class_names"]
    _expect(
        isinstance(shape, list)
        and len(shape) == 3
        and all(_is_count(size, MAXIMUM_PIXELS) for size in shape)
        and shape[0] * shape[1] <= MAXIMUM_PIXELS
        and shape[2] in (1, 3),
        "height, width and channels of an image",
        shape,
    )
    _expect(
        isinstance(names, list)
        and len(names) > 0
        # They are shown on a terminal.
        and all(isinstance(name, str) and printable(name) == name for name in names),
        "names of classes",
        names,
    )


def _check_table_facts(facts: Any) -> None:
    _expect(isinstance(facts, dict), "what the table is", facts)
    names, columns = facts["class_names"], facts["columns"]
    for texts in (columns, [] if names is None else names):
        _expect(
            isinstance(texts, list)
            and all(isinstance(t, str) and printable(t) == t for t in texts),
            "names",
            texts,
        )


def _is_count(value: Any, most: int, least: int = 1) -> bool:
    return type(value) is int and least <= value <= most


def _expect(holds: bool, expected: str, received: Any) -> None:
    if not holds:
        raise RunRecordError(f"{one_line(repr(received), 80)} is not {expected}")
